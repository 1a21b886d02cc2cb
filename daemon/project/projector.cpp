// The loop: wait for raw records → one pass (projection_pass.cpp) → count and log what came of each.
#include "daemon/project/project_probe.hpp"
#include "daemon/project/projection_pass.hpp"
#include "state/base/log.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <condition_variable>
#include <thread>
#include <unistd.h>

namespace calsync {
namespace {

constexpr std::size_t batch_max = 256;
constexpr std::size_t batch_min = 16;
// A delivery that waits behind our commit still answers soon.
constexpr auto pass_target = std::chrono::milliseconds{20};
constexpr auto look_again = std::chrono::seconds{1};
constexpr auto retry_pause = std::chrono::milliseconds{500};
constexpr int niceness = 5;  // where the machine is short of CPU, acknowledging goes before reading

class Loop final : public Projector {
 public:
  Loop(EventLog& log, Clock& clock, MetricRegistry& metrics, std::function<void(Error)> on_end)
      : log_(log), clock_(clock), probe_(metrics), on_end_(std::move(on_end)) {
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  }
  ~Loop() override { stop(); }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void begin() override {
    {
      const std::lock_guard lock(mutex_);
      begun_ = true;
    }
    pause_.notify_all();
  }
  void stop() override {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
  }

 private:
  void run(const std::stop_token& stop) {
    // Linux gives each thread a niceness of its own; a refusal costs nothing but the preference.
    static_cast<void>(::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), niceness));
    {
      std::unique_lock lock(mutex_);
      pause_.wait(lock, stop, [this] { return begun_; });
    }
    while (!stop.stop_requested()) {
      const auto before = clock_.steady();
      const auto done = project_next(log_, batch_);
      if (!done) {
        if (!pass_failed(done.error(), stop)) return;
        continue;
      }
      if (done->summaries.empty()) {
        probe_.lag.set(0);
        log_.wait_for_raw(log_.head().normalised, stop, look_again);
        continue;
      }
      told_full_ = false;
      count(*done);
      adapt(clock_.steady() - before);
    }
  }

  // false: it ends here.
  bool pass_failed(const Error& error, const std::stop_token& stop) {
    if (stop.stop_requested()) return false;
    if (error.code != Errc::disk_full) {
      log::error("the normaliser has stopped", {log::field("error", error.text())});
      if (on_end_) on_end_(error);
      return false;
    }
    probe_.errors.add();
    if (!told_full_) log::warning("the normaliser waits for room on the log's disk");
    told_full_ = true;
    std::unique_lock lock(mutex_);
    pause_.wait_for(lock, stop, retry_pause, [] { return false; });
    return true;
  }

  void count(const PassDone& done) {
    for (const auto& [sequence, summary] : done.summaries) {
      probe_.count(summary);
      if (summary.read_again) probe_.read_again.add();
      const bool held = summary.outcome == RecordOutcome::quarantined;
      log::write(held ? log::Level::warning : log::Level::debug,
                 held ? "record quarantined" : "record normalised",
                 {log::field("sequence", sequence.value()), log::field("outcome", to_text(summary.outcome)),
                  log::field("trigger", summary.trigger), log::field("reason", summary.reason)});
    }
    probe_.lag.set(static_cast<double>(log_.head().raw.value() - done.upto.value()));
  }

  void adapt(std::chrono::steady_clock::duration took) {
    probe_.pass_seconds.observe(std::chrono::duration<double>(took).count());
    batch_ = took > pass_target ? std::max(batch_min, batch_ / 2) : std::min(batch_max, batch_ + batch_min);
    probe_.batch.set(static_cast<double>(batch_));
  }

  EventLog& log_;
  Clock& clock_;
  ProjectProbe probe_;
  const std::function<void(Error)> on_end_;
  std::size_t batch_ = batch_max;  // the loop's thread only
  bool told_full_ = false;         // the loop's thread only
  std::mutex mutex_;
  bool begun_ = false;  // guarded by mutex_
  std::condition_variable_any pause_;
  std::jthread thread_;
};

class Ended final : public Projector {
 public:
  void begin() override {}
  void stop() override {}
};

}  // namespace

std::unique_ptr<Projector> Projector::start(EventLog& log, Clock& clock, MetricRegistry& metrics,
                                            std::function<void(Error)> on_end) {
  // Before anybody looks at the event head: a publisher would find its cursor ahead of a log that is half
  // rebuilt.
  if (const auto finished = finish_rebuild(log, {}); !finished) {
    if (on_end) on_end(finished.error());
    return std::make_unique<Ended>();
  }
  return std::make_unique<Loop>(log, clock, metrics, std::move(on_end));
}

}  // namespace calsync
