// The log, for reading: beside a running daemon from a checkpoint that the daemon makes (and that is given
// back, also after an error or Ctrl-C), without one by taking the log's own lock.
// Owner:    a command.
// Blocks:   opening.
// Fails:    conflict (another process holds the log and no daemon answers:
//           exit 4), not_found, corrupt, foreign, unauthorised.
#pragma once
#include "daemon/cli/control_client.hpp"
#include "state/store/event_log.hpp"

namespace calsync::cli {

// Root opening the daemon's log would leave files in it that the daemon cannot write. So root acts as the
// owner of that directory, or of the one in which it is to be made.
Result<void> become_owner(std::filesystem::path log_path);

class LogReader {
 public:
  static Result<LogReader> open(Context& context, const Settings& settings);
  LogReader(LogReader&&) noexcept = default;
  LogReader& operator=(LogReader&&) = delete;
  ~LogReader();

  [[nodiscard]] const EventLog& log() const { return *log_; }

 private:
  LogReader(Context& context, std::filesystem::path log_path);
  Result<void> open_checkpoint(ControlClient& daemon);
  Result<void> open_locked();

  Console* console_;
  std::filesystem::path log_path_;
  std::string checkpoint_;  // empty: none
  std::unique_ptr<MetricRegistry> metrics_ = std::make_unique<MetricRegistry>();
  std::unique_ptr<EventLog> log_;
};

// The log for writing, where no daemon runs. `open` holds its lock. Fails: conflict also where a daemon runs.
struct LogWriter {
  std::unique_ptr<MetricRegistry> metrics = std::make_unique<MetricRegistry>();
  std::unique_ptr<EventLog> log;
  LogWriter() = default;
  LogWriter(LogWriter&&) noexcept = default;
  LogWriter& operator=(LogWriter&&) = delete;
  ~LogWriter();
  // `create`: where there is none, it is made.
  static Result<LogWriter> open(Context& context, const Settings& settings, bool create = false);
};

}  // namespace calsync::cli
