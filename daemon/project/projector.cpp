// The thread: turn after turn (project_run.cpp), waiting for records between them.
#include "daemon/project/project_run.hpp"
#include "state/base/log.hpp"
#include "state/base/thread.hpp"

#include <condition_variable>
#include <thread>

namespace calsync {
namespace {

constexpr auto look_again = std::chrono::seconds{1};
constexpr auto retry_pause = std::chrono::milliseconds{500};

class Loop final : public Projector {
 public:
  Loop(EventLog& log, Clock& clock, MetricRegistry& metrics, std::function<void(Error)> on_end)
      : log_(log), probe_(metrics), run_(log, clock, probe_), on_end_(std::move(on_end)) {
    thread_ = std::jthread([this](const std::stop_token& stop) {
      name_thread("project");
      step_back();
      run(stop);
    });
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
    {
      std::unique_lock lock(mutex_);
      pause_.wait(lock, stop, [this] { return begun_; });
    }
    while (!stop.stop_requested()) {
      switch (run_.turn()) {
        case ProjectRun::Next::go_on:
          break;
        case ProjectRun::Next::wait_for_records:
          log_.wait_for_raw(log_.head().normalised, stop, look_again);
          break;
        case ProjectRun::Next::wait_for_room:
          pause(stop);
          break;
        case ProjectRun::Next::end:
          return ended(stop);
      }
    }
  }

  void pause(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    pause_.wait_for(lock, stop, retry_pause, [] { return false; });
  }

  void ended(const std::stop_token& stop) {
    if (stop.stop_requested()) return;  // the log is being closed
    log::error("the normaliser has stopped", {log::field("error", run_.why().text())});
    if (on_end_) on_end_(run_.why());
  }

  EventLog& log_;
  ProjectProbe probe_;
  ProjectRun run_;  // the loop's thread only
  const std::function<void(Error)> on_end_;
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
