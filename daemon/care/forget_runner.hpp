// Erasures that somebody asks the running daemon for, one at a time.
// Owner:    App.
// Runs on:  a thread of its own while one is under way; request() and state() any thread.
// Blocks:   stop(), until the one under way has noticed.
#pragma once
#include "daemon/care/forget.hpp"

#include <mutex>
#include <thread>

namespace calsync {

struct ForgetState {
  std::uint64_t run = 0;  // counts since the start; 0: none
  bool running = false;
  double share = 0;             // of the one that runs, 0..1
  std::optional<Error> failed;  // of the last one that ended
  ForgetFacts facts;            // of the last good one
};

class ForgetRunner {
 public:
  ForgetRunner(EventLog& log, Clock& clock) : log_(log), clock_(clock) {}
  ~ForgetRunner() { stop(); }
  ForgetRunner(const ForgetRunner&) = delete;
  ForgetRunner& operator=(const ForgetRunner&) = delete;
  void start();  // ends what a kill cut short
  void request_stop();
  void stop();

  // Gives the number of the run. Fails: conflict, while one runs.
  Result<std::uint64_t> request(std::string email);
  [[nodiscard]] ForgetState state() const;

 private:
  void run(const std::string& email, const std::stop_token& stop);

  EventLog& log_;
  Clock& clock_;
  mutable std::mutex mutex_;
  ForgetState state_;    // guarded by mutex_
  bool ending_ = false;  // guarded by mutex_
  std::jthread thread_;  // guarded by mutex_, but for its joining
};

}  // namespace calsync
