// Tells systemd that the daemon lives: only while the log's writer and both loops answer. Also its STATUS=
// line.
// Owner:    App; started last, stopped first.
// Runs on:  a thread of its own, which may block on a part that hangs: then nothing is told, and systemd
//           acts.
// Fails:    never.
#pragma once
#include "daemon/admin/status.hpp"
#include "daemon/app/loop_thread.hpp"

#include <condition_variable>

namespace calsync {

class Pulse {
 public:
  struct Parts {
    EventLog& log;
    LoopThread& intake;
    LoopThread& admin;
    const AdminSources& sources;
  };
  explicit Pulse(Parts parts);
  ~Pulse() { stop(); }
  Pulse(const Pulse&) = delete;
  Pulse& operator=(const Pulse&) = delete;
  void start();
  void stop();

 private:
  void run();
  bool all_answer();
  bool writer_answers();
  void tell_status();

  Parts parts_;
  std::optional<std::chrono::microseconds> watchdog_;
  std::chrono::milliseconds every_;
  std::string told_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool over_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace calsync
