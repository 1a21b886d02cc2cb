// When the secrets are read anew: on SIGHUP, and by the clock where a server keeps them.
// Owner:    App.
// Runs on:  a thread of its own: a server that hangs keeps nobody waiting who is not asking it.
// Blocks:   stop(), until the look under way has ended; the caller has told the servers to give up (stop_secret_servers()).
#pragma once
#include "state/base/bell.hpp"

#include <atomic>
#include <functional>
#include <optional>
#include <thread>

namespace calsync {

class SecretsWatch {
 public:
  struct Parts {
    std::function<void()> reload;   // settings and secrets
    std::function<void()> refresh;  // secrets alone
    std::function<std::optional<std::chrono::milliseconds>()>
        due;                               // the next refresh; nullopt: never by itself
    std::function<void()> is_slow;         // a look takes longer than people expect
    std::function<void()> slow_has_ended;  // after it, when that look is over
    std::chrono::milliseconds slow = std::chrono::seconds{2};
  };
  explicit SecretsWatch(Parts parts);
  ~SecretsWatch() { stop(); }
  SecretsWatch(const SecretsWatch&) = delete;
  SecretsWatch& operator=(const SecretsWatch&) = delete;

  void reload_soon();  // any thread
  void stop();

 private:
  void loop();
  void look(const std::function<void()>& what);

  const Parts parts_;
  Bell bell_;
  std::atomic<bool> reload_{false};
  std::jthread thread_;
};

}  // namespace calsync
