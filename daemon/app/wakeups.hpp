// What main() sleeps on: signals, and "this part has ended" from other threads.
// Owner:    main().
// Runs on:  wait() the main thread, ended() any.
// Blocks:   wait().
// Promises: made before other threads start, it takes SIGTERM, SIGINT and SIGHUP away from all of them.
#pragma once
#include <chrono>
#include <mutex>
#include <optional>
#include <string>

namespace calsync {

struct End {
  int exit_code = 0;
  std::string why;  // one line with the cure
};

class Wakeups {
 public:
  enum class What { terminate, reload, ended, timeout };

  Wakeups();
  ~Wakeups();
  Wakeups(const Wakeups&) = delete;
  Wakeups& operator=(const Wakeups&) = delete;

  What wait(std::optional<std::chrono::milliseconds> limit = std::nullopt);
  void ended(End end);  // the first one counts
  [[nodiscard]] std::optional<End> end() const;

 private:
  int signals_;
  int bell_;
  mutable std::mutex mutex_;
  std::optional<End> end_;  // guarded by mutex_
};

}  // namespace calsync
