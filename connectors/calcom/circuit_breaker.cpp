#include "connectors/calcom/circuit_breaker.hpp"

namespace calsync {
namespace {

constexpr int failures_max = 5;
constexpr std::chrono::seconds open_time{30};
constexpr std::chrono::seconds while_another_tries{1};

}  // namespace

std::optional<CircuitBreaker::Time> CircuitBreaker::wait_until(Time now) {
  if (!open_) return std::nullopt;
  if (now < open_until_) return open_until_;
  if (trying_) return now + while_another_tries;
  trying_ = true;
  return std::nullopt;
}

void CircuitBreaker::succeeded() {
  failures_ = 0;
  open_ = trying_ = false;
}

void CircuitBreaker::failed(Time now) {
  ++failures_;
  if (!open_ && failures_ < failures_max) return;
  open_ = true;
  trying_ = false;
  open_until_ = now + open_time;
}

void CircuitBreaker::gave_up() {
  trying_ = false;
}

CircuitBreaker::State CircuitBreaker::state(Time now) const {
  if (!open_) return State::closed;
  return now < open_until_ ? State::open : State::half_open;
}

}  // namespace calsync
