// What only a log on a disk can do. A log of another kind (tests, simulation) need not say that it cannot.
#include "state/store/backup.hpp"

namespace calsync {

Result<void> EventLog::expect_events(const std::vector<std::pair<EventSequence, Digest>>&) {
  return Error{Errc::rejected, "this log is on no disk: it was never restored"};
}

Result<BackupFacts> EventLog::backup(const BackupOrder&) {
  return Error{Errc::rejected, "this log is on no disk: there is nothing to copy"};
}

Result<void> EventLog::trim(Trim) {
  return Error{Errc::rejected, "this log is on no disk: nothing of it is trimmed"};
}

Result<void> EventLog::drive_out_trimmed() {
  return {};
}

Result<std::optional<ViewTable::Changes>> EventLog::left_of(RawSequence) const {
  return std::optional<ViewTable::Changes>{};
}

Result<void> EventLog::drive_out_erased(const std::stop_token&) {
  return {};
}

std::string EventLog::person_tag(std::string_view) const {
  return {};
}

Result<void> EventLog::fill_views() {
  return {};
}

std::unique_ptr<ViewSource> EventLog::views_at_cut() const {
  return std::make_unique<MemoryViews>();
}

Result<Digest> EventLog::hash_of(EventSequence sequence) const {
  if (const LogCut from = cut(); sequence == from.event) return from.event_hash;
  CALSYNC_TRY(stored, "read its hash", event(sequence));
  return stored.hash;
}

}  // namespace calsync
