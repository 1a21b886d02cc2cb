// Budget and circuit breaker for many threads: each call enters before it is made, and leaves with its outcome.
// Owner:    CalcomClient.
// Runs on:  any thread.
// Blocks:   enter(), until the budget has room or a block is over; a stop request ends it.
// Fails:    enter(): unavailable (the circuit is open), cancelled.
#pragma once
#include "connectors/calcom/calcom_probe.hpp"
#include "connectors/calcom/circuit_breaker.hpp"
#include "connectors/calcom/request_budget.hpp"
#include "connectors/http/client.hpp"
#include "state/base/time.hpp"

#include <functional>
#include <mutex>
#include <stop_token>

namespace calsync {

// Sleeps; false: stopped before it was over. Tests move their clock instead.
using SleepUntil = std::function<bool(std::chrono::steady_clock::time_point, const std::stop_token&)>;
bool sleep_until(std::chrono::steady_clock::time_point until, const std::stop_token& stop);

class RequestGate {
 public:
  RequestGate(std::int64_t requests_per_minute, Clock& clock, CalcomProbe& probe, SleepUntil sleep);

  Result<void> enter(ApiUse use, const std::stop_token& stop);
  void leave(const Result<HttpAnswer>& outcome);

  struct State {
    std::int64_t left = 0;  // requests that could be made at once
    CircuitBreaker::State circuit{};
    std::optional<std::chrono::milliseconds> blocked_for;  // by a 429
    std::string last_failure;                              // "" since the last success
  };
  [[nodiscard]] State state() const;

 private:
  struct Turn {
    bool taken = false;
    std::chrono::steady_clock::time_point again{};
  };
  Result<Turn> try_enter(ApiUse use);
  void show() const;  // mutex_ is held

  Clock& clock_;
  CalcomProbe& probe_;
  const SleepUntil sleep_;
  mutable std::mutex mutex_;
  RequestBudget budget_;      // guarded by mutex_
  CircuitBreaker breaker_;    // guarded by mutex_
  std::string last_failure_;  // guarded by mutex_
};

}  // namespace calsync
