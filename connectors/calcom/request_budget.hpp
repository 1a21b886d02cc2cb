// The one budget of requests that everybody with this key shares on this host (DESIGN §12.1, N15). Pure; times
// are the caller's.
//   Ours:      in no 60 s more than requests_per_minute. Polls keep 40 % of it. Of the rest each use leaves some
//              to those before it: interactive may take all, apply five sixths, drift looks two thirds. What polls
//              take beyond their share leaves a fifth free.
//   Server's:  what every answer says in X-RateLimit-{Limit,Remaining,Reset}-<name>, so that others with the same
//              key are counted, too. Refused is who has used up all names (CONTRACT §1), so the largest rest counts.
//   Blocked:   after a 429 nobody calls until what it named (Retry-After, else Reset, else 60 s) is over.
// Owner:    CalcomClient.
// Runs on:  one thread at a time.
#pragma once
#include "connectors/calcom/api.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace calsync {

struct RateLimit {  // of one name ("default"), as an answer told it
  std::int64_t limit = 0, remaining = 0;
  std::chrono::seconds reset{};
};
using RateLimits = std::map<std::string, RateLimit>;
// Names in lower case. A name without `remaining` is left out; a `reset` of more than an hour is none.
RateLimits read_rate_limits(const std::vector<std::pair<std::string, std::string>>& headers);

class RequestBudget {
 public:
  using Time = std::chrono::steady_clock::time_point;
  RequestBudget(std::int64_t requests_per_minute, Time now);

  // nullopt: taken, call now. Else when to ask again; nothing is taken.
  std::optional<Time> take(ApiUse use, Time now);
  // What an answer to a taken request said; `limits` may be empty. Returns how many requests of strangers it shows
  // that were not counted before.
  std::int64_t answered(const RateLimits& limits, Time now);
  void not_answered() { ++done_; }
  // The answer to a taken request was 429. `retry_after`: of its header.
  void blocked(const RateLimits& limits, std::optional<std::chrono::seconds> retry_after, Time now);

  [[nodiscard]] std::int64_t left(Time now) const;  // requests that could be made at once, whatever their use
  [[nodiscard]] std::optional<Time> blocked_until(Time now) const;

 private:
  struct Taken {
    Time at{};
    bool poll = false;
  };
  struct Window {  // of one name, since the server began to count anew
    RateLimit told;
    Time ends{};
    std::int64_t taken_then = 0;  // requests taken when `told` came
    std::int64_t base = 0;        // remaining, where counting strangers began …
    std::int64_t base_done = 0;   // … and how many of ours it surely holds
    std::int64_t strangers = 0;   // found since then
    std::chrono::seconds longest_reset{};
  };

  void forget(Time now);
  [[nodiscard]] std::optional<Time> wait_for_ours(ApiUse use) const;
  [[nodiscard]] std::optional<Time> wait_for_server(ApiUse use, Time now) const;
  [[nodiscard]] std::optional<Time> when_free(std::int64_t most, bool count_polls) const;
  [[nodiscard]] std::int64_t remaining(const Window& window) const {
    return window.told.remaining - (taken_ - window.taken_then);
  }
  std::int64_t read(Window& window, const RateLimit& told, Time now);

  const std::int64_t limit_;
  const Time born_;
  std::deque<Taken> minute_;  // what was taken in the last 60 s
  std::int64_t polls_ = 0;    // of these
  std::int64_t taken_ = 0, done_ = 0;
  std::map<std::string, Window> windows_;
  Time blocked_until_{};
};

}  // namespace calsync
