// Ends the process when a call into librdkafka never comes back: open reports of hangs exist (RELIABILITY
// §3.2, #4420), a restart is safe, a silent publisher is not. Runs on: a thread of its own. Counts its own
// ticks instead of the clock: a process that was stopped for two minutes (SIGSTOP, suspend) has had no time
// to answer.
#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace calsync {

class Watchdog {
 public:
  struct Options {
    std::chrono::milliseconds tick{1000};
    unsigned ticks_max = 90;
    std::function<void(const char* call)> on_silent;  // default: log, then abort()
  };
  Watchdog();
  explicit Watchdog(Options options);
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;
  ~Watchdog();

  // While the result lives, `call` (a literal) is under way. One at a time.
  class Watch {
   public:
    Watch(Watchdog& dog, const char* call) : dog_(dog) {
      dog_.ticks_ = 0;
      dog_.call_ = call;
    }
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    ~Watch() { dog_.call_ = nullptr; }

   private:
    Watchdog& dog_;
  };

 private:
  void run(const std::stop_token& stop);

  Options options_;
  std::atomic<const char*> call_{nullptr};
  std::atomic<unsigned> ticks_{0};
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;  // last: it uses the others
};

}  // namespace calsync
