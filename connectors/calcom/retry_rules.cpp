#include "connectors/calcom/retry_rules.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace calsync {
namespace {

constexpr std::chrono::milliseconds first_wait_max{1'000};
constexpr std::chrono::milliseconds wait_max{30'000};
constexpr std::chrono::seconds named_wait_max{300};
constexpr int repeats_max = 3;
constexpr int repeats_of_500_max = 1;  // also what some wrong requests are answered with

bool says_what_is_to_be(std::string_view method) {
  return method == "GET" || method == "PATCH" || method == "PUT" || method == "DELETE";
}

int repeats_for(const CallOutcome& outcome) {
  if (!says_what_is_to_be(outcome.method)) return 0;
  if (outcome.failed)
    return *outcome.failed == Errc::timeout || *outcome.failed == Errc::unavailable ? repeats_max : 0;
  switch (outcome.status) {
    case 500:
      return repeats_of_500_max;
    case 408:
    case 502:
    case 503:
    case 504:
      return repeats_max;
    default:
      return 0;
  }
}

}  // namespace

std::optional<std::chrono::milliseconds> wait_before_repeat(const CallOutcome& outcome, double random) {
  if (outcome.calls_made > repeats_for(outcome)) return std::nullopt;
  const double longest =
      std::min(std::ldexp(static_cast<double>(first_wait_max.count()), outcome.calls_made - 1),
               static_cast<double>(wait_max.count()));
  std::chrono::milliseconds wait{static_cast<std::int64_t>(longest * random)};
  if (outcome.retry_after)
    wait = std::max<std::chrono::milliseconds>(wait, std::min(*outcome.retry_after, named_wait_max));
  return wait;
}

std::optional<std::chrono::seconds> parse_retry_after(std::string_view header) {
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(header.data(), header.data() + header.size(), seconds);
  if (error != std::errc{} || end != header.data() + header.size() || seconds < 0) return std::nullopt;
  return std::chrono::seconds{seconds};
}

}  // namespace calsync
