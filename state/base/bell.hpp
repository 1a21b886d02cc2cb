// What the thread of a loop sleeps on, and how others wake and stop it.
// Owner:    the loop's object.
// Runs on:  sleep() the loop's thread, the others any.
// Blocks:   sleep().
// Promises: a ring is never lost: one that came while the loop worked ends its next sleep at once.
#pragma once
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <utility>

namespace calsync {

class Bell {
 public:
  void ring() {
    {
      const std::lock_guard lock(mutex_);
      rung_ = true;
    }
    wake_.notify_all();
  }
  void request_stop() {
    stop_.request_stop();
    wake_.notify_all();
  }
  [[nodiscard]] bool stopping() const { return stop_.stop_requested(); }
  [[nodiscard]] std::stop_token token() const { return stop_.get_token(); }
  // Until so much time is over, somebody rings, or a stop is asked for.
  void sleep(std::chrono::milliseconds most) {
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop_.get_token(), most, [this] { return rung_; });
    rung_ = false;
  }

 private:
  std::stop_source stop_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  bool rung_ = false;  // guarded by mutex_
};

}  // namespace calsync
