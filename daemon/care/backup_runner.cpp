#include "daemon/care/backup_runner.hpp"

#include "state/base/log.hpp"

#include <algorithm>

namespace calsync {
namespace {

constexpr std::chrono::minutes try_again{5};  // after a failure, where the interval is longer
constexpr std::chrono::hours far_away{1};     // nothing is scheduled: only what is asked for wakes

double unix_seconds(Instant at) {
  return static_cast<double>(at.time_since_epoch().count()) / 1000.0;
}

}  // namespace

BackupRunner::BackupRunner(EventLog& log, BackupPlan plan, Clock& clock, MetricRegistry& metrics)
    : log_(log), plan_(std::move(plan)), clock_(clock), probe_(metrics), next_(clock.steady()) {
  if (scheduled()) probe_.interval.set(std::chrono::duration<double>(plan_.interval).count());
}

BackupRunner::~BackupRunner() {
  stop();
}

void BackupRunner::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void BackupRunner::request_stop() {
  thread_.request_stop();
}

void BackupRunner::stop() {
  request_stop();
  if (thread_.joinable()) thread_.join();
}

Result<std::uint64_t> BackupRunner::request(std::optional<std::string> directory,
                                            std::optional<std::size_t> keep) {
  BackupOrder order{.directory = directory.value_or(plan_.directory), .keep = keep.value_or(plan_.keep)};
  if (order.directory.empty())
    return Error{Errc::rejected, "no directory for backups: set log.backup.path, or name one with --to"};
  std::uint64_t run = 0;
  {
    const std::lock_guard lock(mutex_);
    if (state_.running || asked_) return Error{Errc::conflict, "a backup is being made: wait for its end"};
    asked_ = std::move(order);
    run = state_.run + 1;
  }
  wake_.notify_all();
  return run;
}

BackupState BackupRunner::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

std::chrono::steady_clock::time_point BackupRunner::due() const {
  return scheduled() ? next_ : clock_.steady() + far_away;
}

// A restart is no reason for a backup: the next one is due an interval after the newest there is.
void BackupRunner::learn_last() {
  if (!scheduled()) return;
  const auto all = list_backups(plan_.directory);
  if (!all) return;  // the first backup tells what is wrong with the directory
  const auto newest = std::find_if(all->rbegin(), all->rend(), [this](const BackupFacts& facts) {
    return facts.verified && facts.log == log_.id();
  });
  if (newest == all->rend()) return;
  probe_.last.set(unix_seconds(newest->taken));
  probe_.bytes.set(static_cast<double>(newest->bytes));
  const std::lock_guard lock(mutex_);
  state_.last = *newest;
  next_ =
      clock_.steady() + std::clamp<std::chrono::milliseconds>(newest->taken + plan_.interval - clock_.wall(),
                                                              std::chrono::milliseconds{0}, plan_.interval);
}

void BackupRunner::run(const std::stop_token& stop) {
  learn_last();
  while (!stop.stop_requested()) {
    BackupOrder order{.directory = plan_.directory, .keep = plan_.keep};
    {
      std::unique_lock lock(mutex_);
      wake_.wait_until(lock, stop, due(), [this] { return asked_.has_value(); });
      if (stop.stop_requested()) return;
      if (!asked_ && clock_.steady() < due()) continue;
      if (asked_) order = *std::exchange(asked_, std::nullopt);
      ++state_.run;
      state_.running = true;
      state_.share = 0;
    }
    order.stop = stop;
    order.progress = [this](double share) {
      const std::lock_guard lock(mutex_);
      state_.share = share;
    };
    make(order);
  }
}

void BackupRunner::make(const BackupOrder& order) {
  const auto began = clock_.steady();
  auto made = log_.backup(order);
  const auto took = std::chrono::duration<double>(clock_.steady() - began).count();
  const bool as_planned = order.directory == plan_.directory;
  if (made) {
    probe_.good.add();
    probe_.seconds.set(took);
    probe_.last.set(unix_seconds(made->taken));
    probe_.bytes.set(static_cast<double>(made->bytes));
    log::info("backup made", {log::field("id", static_cast<std::uint64_t>(made->id)),
                              log::field("directory", order.directory.string()),
                              log::field("raw", made->head.raw.value()), log::field("bytes", made->bytes)});
  } else if (made.error().code != Errc::cancelled) {
    probe_.bad.add();
    log::error("backup failed: " + made.error().what, {log::field("directory", order.directory.string())});
  }
  const std::lock_guard lock(mutex_);
  state_.running = false;
  state_.failed.reset();
  if (made)
    state_.last = *made;
  else
    state_.failed = made.error();
  const auto wait = made ? plan_.interval : std::min<std::chrono::milliseconds>(plan_.interval, try_again);
  if (as_planned) next_ = clock_.steady() + wait;
}

}  // namespace calsync
