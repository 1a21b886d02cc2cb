#include "connectors/calcom/sandbox/rate_limit.hpp"

namespace calsync::sandbox {

RateLimit::Verdict RateLimit::ask(const std::string& key, Now now) {
  if (requests == 0) return {};
  Window& at = windows_[key];
  if (now >= at.ends) at = {now + window, 0, false};
  if (!at.blocked && ++at.used > requests) at = {now + block, requests, true};
  return {at.blocked, requests, at.blocked ? 0 : requests - at.used,
          std::chrono::ceil<std::chrono::seconds>(at.ends - now)};
}

std::vector<std::pair<std::string, std::string>> RateLimit::Verdict::headers() const {
  if (limit == 0) return {};
  return {{"X-RateLimit-Limit-Default", std::to_string(limit)},
          {"X-RateLimit-Remaining-Default", std::to_string(remaining)},
          {"X-RateLimit-Reset-Default", std::to_string(reset.count())}};
}

}  // namespace calsync::sandbox
