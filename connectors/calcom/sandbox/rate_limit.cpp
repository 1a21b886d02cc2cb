#include "connectors/calcom/sandbox/rate_limit.hpp"

namespace calsync::sandbox {

RateLimit::Verdict RateLimit::ask(const std::string& key, Now now) {
  if (requests == 0) return {};
  const unsigned allowed = key.empty() || key.starts_with("cal_") ? requests : token_requests;
  Window& at = windows_[key];
  if (now >= at.ends) at = {now + window, 0, false};
  if (!at.blocked && ++at.used > allowed) at = {now + block, allowed, true};
  if (at.blocked) ++refused;
  return {at.blocked, allowed, at.blocked ? 0 : allowed - at.used,
          std::chrono::ceil<std::chrono::seconds>(at.ends - now)};
}

std::vector<std::pair<std::string, std::string>> RateLimit::Verdict::headers() const {
  if (limit == 0) return {};
  return {{"X-RateLimit-Limit-Default", std::to_string(limit)},
          {"X-RateLimit-Remaining-Default", std::to_string(remaining)},
          {"X-RateLimit-Reset-Default", std::to_string(reset.count())}};
}

}  // namespace calsync::sandbox
