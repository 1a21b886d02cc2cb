// Cal.com's API for a command: through the daemon where one runs on this log, so that both share its budget; else in
// this process, where changes need the log and its lock (DESIGN §12.1).
// Owner:    a command.
// Blocks:   open() on the log; the calls as api.hpp says.
// Promises: every change stands in the log before it is made, either way. Where changes are the need a call under way is not cut
//           short by Ctrl-C: a command ends between two.
// Fails:    open(): rejected (no `calcom`, no key), conflict (another process has the log: exit 4), as EventLog::open
//           and CalcomClient::create. The key is read only where no daemon runs.
#pragma once
#include "connectors/calcom/client.hpp"
#include "daemon/calcom/recorded_api.hpp"
#include "daemon/cli/log_reader.hpp"

namespace calsync::cli {

enum class CalcomNeed { reading, changing };

class CalcomAccess {
 public:
  static Result<CalcomAccess> open(Context& context, const Settings& settings, CalcomNeed need);
  [[nodiscard]] CalcomApi& api() const { return *api_; }
  // A record of source `apply` (state/views/config_fold.hpp), durable when it returns. Where changes are the need, or a daemon runs.
  Result<void> note(const std::string& record);
  // The log that is held here; null: a daemon has it, or nothing needs it.
  [[nodiscard]] const EventLog* log() const { return log_ ? log_->log.get() : nullptr; }
  [[nodiscard]] bool through_daemon() const { return client_ == nullptr; }

 private:
  Result<void> open_here(Context& context, const Settings& settings, CalcomNeed need);

  std::unique_ptr<MetricRegistry> metrics_;
  std::unique_ptr<CalcomProbe> probe_;
  std::unique_ptr<CalcomClient> client_;  // null: the daemon has it
  std::optional<LogWriter> log_;
  std::unique_ptr<CalcomApi> daemon_;
  std::optional<ControlClient> notes_;  // to the daemon
  Clock* clock_ = nullptr;
  std::unique_ptr<RecordedApi> recorded_;
  CalcomApi* api_ = nullptr;
};

}  // namespace calsync::cli
