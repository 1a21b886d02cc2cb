// Leaves a server alone that does not answer: after five failures in a row nobody calls for 30 s, then one tries
// (RELIABILITY §3.5). Pure; times are the caller's.
// Owner:    CalcomClient.
// Runs on:  one thread at a time.
#pragma once
#include <chrono>
#include <optional>

namespace calsync {

class CircuitBreaker {
 public:
  using Time = std::chrono::steady_clock::time_point;
  enum class State { closed, open, half_open };

  // nullopt: call now, and tell afterwards how it went. Else when to ask again.
  std::optional<Time> wait_until(Time now);
  void succeeded();
  void failed(Time now);
  // The call was given up, by its caller: nothing is known of the server.
  void gave_up();
  [[nodiscard]] State state(Time now) const;

 private:
  int failures_ = 0;
  Time open_until_{};
  bool open_ = false, trying_ = false;
};

}  // namespace calsync
