#include "connectors/calcom/request_budget.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace calsync {
namespace {

constexpr std::chrono::seconds minute{60};
constexpr std::chrono::seconds block_unless_told{60}, block_max{300};
constexpr std::chrono::seconds reset_max{3'600};  // more is no number of seconds from now
// A moment more than the server says: its clock and ours do not tick together.
constexpr std::chrono::milliseconds past_the_edge{250};
constexpr std::chrono::seconds end_moves_less{3};  // by rounding and by the way of the answers

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc{} || end != text.data() + text.size() || out < 0) return std::nullopt;
  return out;
}

std::int64_t polls_keep(std::int64_t limit) {
  return limit * 2 / 5;
}

// How many of `limit` this use leaves to others, where what polls keep is not counted.
std::int64_t leaves_free(ApiUse use, std::int64_t limit) {
  switch (use) {
    case ApiUse::interactive:
      return 0;
    case ApiUse::apply:
      return limit / 10;
    case ApiUse::poll:  // beyond its share
    case ApiUse::drift:
      return limit / 5;
  }
  return 0;
}

}  // namespace

RateLimits read_rate_limits(const std::vector<std::pair<std::string, std::string>>& headers) {
  constexpr std::string_view start = "x-ratelimit-";
  RateLimits out;
  std::map<std::string, bool> complete;
  for (const auto& [name, value] : headers) {
    const std::string key = lower(name);
    if (!key.starts_with(start)) continue;
    const std::string rest = key.substr(start.size());
    const std::size_t dash = rest.find('-');
    const std::string what = rest.substr(0, dash),
                      of = dash == std::string::npos ? "" : rest.substr(dash + 1);
    const auto given = number(value);
    if (!given) continue;
    if (what == "limit") out[of].limit = *given;
    if (what == "remaining") out[of].remaining = *given, complete[of] = true;
    if (what == "reset" && *given <= reset_max.count()) out[of].reset = std::chrono::seconds{*given};
  }
  std::erase_if(out, [&complete](const auto& limit) { return !complete.contains(limit.first); });
  return out;
}

RequestBudget::RequestBudget(std::int64_t requests_per_minute, Time now)
    : limit_(std::max<std::int64_t>(requests_per_minute, 1)), born_(now) {}

void RequestBudget::forget(Time now) {
  while (!minute_.empty() && now - minute_.front().at >= minute) {
    polls_ -= minute_.front().poll ? 1 : 0;
    minute_.pop_front();
  }
}

// When fewer than `most` of those that count lie in the last minute.
std::optional<RequestBudget::Time> RequestBudget::when_free(std::int64_t most, bool count_polls) const {
  std::int64_t counted = static_cast<std::int64_t>(minute_.size()) - (count_polls ? 0 : polls_);
  if (counted < most) return std::nullopt;
  for (const Taken& taken : minute_) {
    if (taken.poll && !count_polls) continue;
    if (--counted < most) return taken.at + minute;
  }
  return std::nullopt;
}

std::optional<RequestBudget::Time> RequestBudget::wait_for_ours(ApiUse use) const {
  const auto all = when_free(limit_, true);
  const std::int64_t kept = polls_keep(limit_);
  if (use == ApiUse::poll) {
    if (polls_ < kept) return all;
    return when_free(std::max<std::int64_t>(limit_ - leaves_free(use, limit_), 1), true);
  }
  const auto rest = when_free(std::max<std::int64_t>(limit_ - kept - leaves_free(use, limit_), 1), false);
  if (!all || !rest) return all ? all : rest;
  return std::max(*all, *rest);
}

std::optional<RequestBudget::Time> RequestBudget::wait_for_server(ApiUse use, Time now) const {
  std::optional<Time> soonest;
  for (const auto& [name, window] : windows_) {
    if (now >= window.ends) return std::nullopt;
    const std::int64_t keep =
        use == ApiUse::poll ? 0 : std::max(leaves_free(use, window.told.limit), window.told.limit / 20);
    if (remaining(window) > keep) return std::nullopt;
    soonest = soonest ? std::min(*soonest, window.ends) : window.ends;
  }
  return soonest;
}

std::optional<RequestBudget::Time> RequestBudget::take(ApiUse use, Time now) {
  forget(now);
  if (now < blocked_until_) return blocked_until_;
  const auto ours = wait_for_ours(use);
  const auto server = wait_for_server(use, now);
  if (ours || server) return std::max(ours.value_or(now), server.value_or(now));
  minute_.push_back({now, use == ApiUse::poll});
  polls_ += use == ApiUse::poll ? 1 : 0;
  ++taken_;
  return std::nullopt;
}

// Strangers are what the rest fell by, less all of ours that can be in it: those in flight may or may not be
// counted, and nobody is accused for them.
std::int64_t RequestBudget::read(Window& window, const RateLimit& told, Time now) {
  // More left than before is also what an answer says that was overtaken by others; its window ends as theirs does.
  const Time ends = now + told.reset + past_the_edge;
  const bool anew = now >= window.ends || told.limit != window.told.limit ||
                    (told.remaining > window.told.remaining && ends > window.ends + end_moves_less);
  window.longest_reset = std::max(window.longest_reset, told.reset);
  const std::int64_t least = anew ? told.remaining : std::min(told.remaining, window.told.remaining);
  window.told = told;
  window.told.remaining = least;
  window.taken_then = done_;
  window.ends = ends;
  if (!anew) {
    const std::int64_t found = (window.base - told.remaining) - (taken_ - window.base_done);
    const std::int64_t more = std::max<std::int64_t>(found - window.strangers, 0);
    window.strangers += more;
    return more;
  }
  window.base = told.remaining;
  window.base_done = done_;
  window.strangers = 0;
  // A new window of at most a minute holds nothing that is older: the rest is strangers', unless a program before
  // this one made it.
  const bool known = told.limit > 0 && window.longest_reset <= minute && now - born_ > minute;
  return known ? std::max<std::int64_t>(
                     told.limit - told.remaining - static_cast<std::int64_t>(minute_.size()), 0)
               : 0;
}

std::int64_t RequestBudget::answered(const RateLimits& limits, Time now) {
  forget(now);
  ++done_;
  std::int64_t strangers = 0;
  for (const auto& [name, told] : limits) strangers = std::max(strangers, read(windows_[name], told, now));
  return strangers;
}

void RequestBudget::blocked(const RateLimits& limits, std::optional<std::chrono::seconds> retry_after,
                            Time now) {
  ++done_;
  std::chrono::seconds wait{0};
  for (const auto& [name, told] : limits) wait = std::max(wait, told.reset);
  if (retry_after) wait = std::max(wait, *retry_after);
  if (wait.count() == 0) wait = block_unless_told;
  blocked_until_ = std::max(blocked_until_, now + std::min(wait, block_max) + past_the_edge);
  windows_.clear();  // what they said of the time before the block
}

std::int64_t RequestBudget::left(Time now) const {
  if (now < blocked_until_) return 0;
  const auto young = minute_.end() - std::ranges::partition_point(minute_, [now](const Taken& taken) {
                       return now - taken.at >= minute;
                     });
  std::int64_t server = windows_.empty() ? std::numeric_limits<std::int64_t>::max() : 0;
  for (const auto& [name, window] : windows_)
    server =
        std::max(server, now >= window.ends ? std::numeric_limits<std::int64_t>::max() : remaining(window));
  return std::clamp<std::int64_t>(std::min<std::int64_t>(limit_ - young, server), 0, limit_);
}

std::optional<RequestBudget::Time> RequestBudget::blocked_until(Time now) const {
  return now < blocked_until_ ? std::optional(blocked_until_) : std::nullopt;
}

}  // namespace calsync
