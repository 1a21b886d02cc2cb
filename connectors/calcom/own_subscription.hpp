// Is the subscription that our intake lives from as it must be (DESIGN §12.9)? Pure.
#pragma once
#include "connectors/calcom/paging.hpp"
#include "state/base/secret.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace calsync {

// What a subscription must be told of, so that nothing is missed that Cal.com tells at all. Those that an
// API-made subscription never gets (CONTRACT §10), and those that older servers refuse, are not among them.
std::span<const std::string_view> needed_triggers();

std::string hook_url(std::string_view public_url, std::string_view source);  // public_url + /hooks/source

struct SubscriptionState {
  enum class Verdict { good, incomplete, broken } verdict = Verdict::good;  // broken: no webhook can arrive
  std::vector<std::string> findings;  // what is wrong with it and the cure; never a secret
  std::string id;                     // "" where there is none
};
// `rows`: of GET /v2/organizations/{id}/webhooks. `secrets`: those in force for the source; empty: not known here.
SubscriptionState check_subscription(const Rows& rows, const std::string& url,
                                     std::span<const Secret> secrets);

}  // namespace calsync
