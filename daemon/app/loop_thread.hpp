// An event loop and the one thread that runs it.
// Owner:    App.
// Promises: what is posted runs on that thread. An exception that reaches the loop is a bug: on_bug is
//           called.
#pragma once
#include "state/base/thread.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <string>
#include <thread>

namespace calsync {

class LoopThread {
 public:
  LoopThread(const char* name, std::function<void(std::string)> on_bug)
      : name_(name), on_bug_(std::move(on_bug)), guard_(boost::asio::make_work_guard(io)) {}
  ~LoopThread() { stop(); }
  LoopThread(const LoopThread&) = delete;
  LoopThread& operator=(const LoopThread&) = delete;

  void start() {
    thread_ = std::thread([this] {
      name_thread(name_);
      try {
        io.run();
      } catch (const std::exception& bug) {
        on_bug_(std::string(name_) + " loop: " + bug.what());
      }
    });
  }
  // Runs `work` on the loop and waits. False: it did not come to it within `limit`, and never will: what was
  // reported as not done is not done later.
  template <class Work>
  bool run_and_wait(Work work, std::chrono::milliseconds limit) {
    auto done = std::make_shared<std::promise<void>>();
    auto taken = std::make_shared<std::atomic<bool>>(false);  // by the loop, or given up
    auto waiting = done->get_future();
    boost::asio::post(io, [done, taken, work = std::move(work)]() mutable {
      if (taken->exchange(true)) return;
      work();
      done->set_value();
    });
    if (waiting.wait_for(limit) == std::future_status::ready) return true;
    if (!taken->exchange(true)) return false;
    waiting.wait();  // it is under way
    return true;
  }
  void finish() {  // waits until nothing is left to do
    guard_.reset();
    if (thread_.joinable()) thread_.join();
  }
  void stop() {
    io.stop();
    if (thread_.joinable()) thread_.join();
  }

  boost::asio::io_context io{1};

 private:
  const char* name_;
  std::function<void(std::string)> on_bug_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_;
  std::thread thread_;
};

}  // namespace calsync
