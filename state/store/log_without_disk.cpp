// What only a log on a disk can do. A log of another kind (tests, simulation) need not say that it cannot.
#include "state/store/backup.hpp"

namespace calsync {

Result<void> EventLog::expect_events(const std::vector<std::pair<EventSequence, Digest>>&) {
  return Error{Errc::rejected, "this log is on no disk: it was never restored"};
}

Result<BackupFacts> EventLog::backup(const BackupOrder&) {
  return Error{Errc::rejected, "this log is on no disk: there is nothing to copy"};
}

}  // namespace calsync
