#include "connectors/calcom/request_gate.hpp"

#include "connectors/calcom/retry_rules.hpp"

#include <condition_variable>

namespace calsync {
namespace {

// The server as a whole does not answer; a plain 500 is one request's, and also what some wrong ones get.
bool is_failure(const Result<HttpAnswer>& outcome) {
  if (outcome) return outcome->status == 502 || outcome->status == 503 || outcome->status == 504;
  return outcome.error().code != Errc::cancelled && outcome.error().code != Errc::rejected;
}

Error is_open(std::chrono::steady_clock::duration wait, const std::string& last) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait);
  Error error{Errc::unavailable, "Cal.com did not answer several times and is left alone for " +
                                     std::to_string(seconds.count()) + " s" +
                                     (last.empty() ? "" : ": " + last)};
  error.retry_after = seconds;
  return error;
}

}  // namespace

bool sleep_until(std::chrono::steady_clock::time_point until, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_until(lock, stop, until, [] { return false; });
  return !stop.stop_requested();
}

RequestGate::RequestGate(std::int64_t requests_per_minute, Clock& clock, CalcomProbe& probe, SleepUntil sleep)
    : clock_(clock), probe_(probe), sleep_(std::move(sleep)), budget_(requests_per_minute, clock.steady()) {
  probe_.budget_limit.set(static_cast<double>(requests_per_minute));
  show();
}

void RequestGate::show() const {
  const auto now = clock_.steady();
  probe_.budget_left.set(static_cast<double>(budget_.left(now)));
  const auto circuit = breaker_.state(now);
  probe_.circuit.set(circuit == CircuitBreaker::State::closed      ? 0
                     : circuit == CircuitBreaker::State::half_open ? 1
                                                                   : 2);
}

Result<RequestGate::Turn> RequestGate::try_enter(ApiUse use) {
  const std::lock_guard lock(mutex_);
  const auto now = clock_.steady();
  if (breaker_.state(now) == CircuitBreaker::State::open)
    return is_open(*breaker_.wait_until(now) - now, last_failure_);
  if (const auto again = budget_.take(use, now)) return Turn{false, *again};
  if (const auto again = breaker_.wait_until(now)) {  // another one is trying
    budget_.not_answered();
    return is_open(*again - now, last_failure_);
  }
  show();
  return Turn{true};
}

Result<void> RequestGate::enter(ApiUse use, const std::stop_token& stop) {
  const auto began = clock_.steady();
  for (;;) {
    if (stop.stop_requested()) return Error{Errc::cancelled, "interrupted"};
    CALSYNC_TRY(turn, "budget", try_enter(use));
    if (turn.taken) break;
    if (!sleep_(turn.again, stop))
      return Error{Errc::cancelled, "interrupted while waiting for the request budget"};
  }
  probe_.waited.add(std::chrono::duration<double>(clock_.steady() - began).count());
  return {};
}

void RequestGate::leave(const Result<HttpAnswer>& outcome) {
  const std::lock_guard lock(mutex_);
  const auto now = clock_.steady();
  if (!outcome) {
    budget_.not_answered();
  } else if (const RateLimits limits = read_rate_limits(outcome->headers); outcome->status == 429) {
    budget_.blocked(limits, parse_retry_after(outcome->header("Retry-After")), now);
    probe_.rate_limited.add();
  } else {
    probe_.strangers.add(static_cast<double>(budget_.answered(limits, now)));
  }
  if (is_failure(outcome)) {
    breaker_.failed(now);
    last_failure_ = outcome ? "it answered " + std::to_string(outcome->status) : outcome.error().what;
  } else if (!outcome && outcome.error().code == Errc::cancelled) {
    breaker_.gave_up();
  } else {
    breaker_.succeeded();
    last_failure_.clear();
  }
  show();
}

RequestGate::State RequestGate::state() const {
  const std::lock_guard lock(mutex_);
  const auto now = clock_.steady();
  State out{.left = budget_.left(now),
            .circuit = breaker_.state(now),
            .blocked_for = {},
            .last_failure = last_failure_};
  if (const auto until = budget_.blocked_until(now))
    out.blocked_for = std::chrono::ceil<std::chrono::milliseconds>(*until - now);
  return out;
}

}  // namespace calsync
