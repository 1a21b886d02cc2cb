#include "daemon/cli/log_reader.hpp"

#include "connectors/http/percent.hpp"

#include <boost/json.hpp>
#include <sys/stat.h>

#include <grp.h>
#include <thread>
#include <unistd.h>

namespace calsync::cli {

namespace {
constexpr std::chrono::seconds checkpoint_limit{30};

Result<std::unique_ptr<EventLog>> open_log(const std::filesystem::path& path, bool read_only,
                                           MetricRegistry& metrics, bool create = false) {
  LogOptions options;
  options.path = path;
  options.create = create;
  options.read_only = read_only;
  return EventLog::open(options, metrics);
}
}  // namespace

Result<void> become_owner(std::filesystem::path log_path) {
  if (::geteuid() != 0) return {};
  std::error_code failed;
  if (!std::filesystem::exists(log_path, failed))
    log_path = std::filesystem::absolute(log_path).parent_path();
  struct stat found {};
  if (::stat(log_path.c_str(), &found) != 0 || found.st_uid == 0) return {};
  if (::setgroups(0, nullptr) != 0 || ::setegid(found.st_gid) != 0 || ::seteuid(found.st_uid) != 0)
    return Error{Errc::unauthorised, "cannot act as the owner of " + log_path.string()};
  return {};
}

LogReader::LogReader(Context& context, std::filesystem::path log_path)
    : console_(&context.console), log_path_(std::move(log_path)) {}

Result<LogReader> LogReader::open(Context& context, const Settings& settings) {
  LogReader reader(context, settings.log.path);
  // A daemon that starts or ends just now holds the lock a moment before or after its socket answers.
  for (int tries = 0;; ++tries) {
    // Not the command's stop token: a copy whose name never arrived could not be given back.
    auto daemon = ControlClient::connect(reader.log_path_, {});
    if (daemon) {
      CALSYNC_CHECK("read beside the daemon", reader.open_checkpoint(*daemon));
      return reader;
    }
    if (daemon.error().code != Errc::not_found) return daemon.error();
    auto opened = reader.open_locked();
    if (opened) return reader;
    if (opened.error().code != Errc::conflict || tries == 10 || context.stop.stop_requested())
      return opened.error();
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
  }
}

Result<void> LogReader::open_checkpoint(ControlClient& daemon) {
  CALSYNC_TRY(answer, "ask for a checkpoint", daemon.post("/control/checkpoint", nullptr, checkpoint_limit));
  const auto* path = answer.if_object() ? answer.as_object().if_contains("path") : nullptr;
  if (path == nullptr || !path->if_string())
    return Error{Errc::rejected, "the daemon named no checkpoint: is it of another version?"};
  checkpoint_ = path->as_string().c_str();
  CALSYNC_TRY(log, "open the checkpoint", open_log(checkpoint_, true, *metrics_));
  log_ = std::move(log);
  return {};
}

Result<void> LogReader::open_locked() {
  CALSYNC_CHECK("open the log", become_owner(log_path_));
  CALSYNC_TRY(log, "open the log", open_log(log_path_, false, *metrics_));
  log_ = std::move(log);
  return {};
}

LogReader::~LogReader() {
  if (log_) log_->close();
  log_.reset();
  if (checkpoint_.empty()) return;
  // Not the command's stop token: giving the checkpoint back is what an interrupted command still has to do.
  auto daemon = ControlClient::connect(log_path_, {});
  if (!daemon) return;  // it ended meanwhile, and clears its checkpoints at the next start
  if (const auto removed = daemon->remove("/control/checkpoint?path=" + percent_encoded(checkpoint_));
      !removed)
    console_->error(Error{removed.error()}.within("give the checkpoint back"));
}

LogWriter::~LogWriter() {
  if (log) log->close();
}

Result<LogWriter> LogWriter::open(Context& context, const Settings& settings, bool create) {
  if (ControlClient::connect(settings.log.path, context.stop))
    return Error{Errc::conflict, "the daemon has the log at " + settings.log.path +
                                     ": stop it first (systemctl stop calsyncd)"};
  CALSYNC_CHECK("open the log", become_owner(settings.log.path));
  LogWriter writer;
  CALSYNC_TRY(log, "open the log", open_log(settings.log.path, false, *writer.metrics, create));
  writer.log = std::move(log);
  return writer;
}

}  // namespace calsync::cli
