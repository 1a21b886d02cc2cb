#include "daemon/reconcile/organisation_now.hpp"

#include <algorithm>

namespace calsync {

Result<LiveState> read_live_for(CalcomReads& api, const Settings& settings, const Desired& desired,
                                ApiUse use) {
  const bool integrations = std::ranges::any_of(
      desired.resources, [](const auto& one) { return one.second.kind->name == "integration"; });
  return read_live(
      api, {.organization = settings.calcom.organization_id, .use = use, .integrations = integrations});
}

PlanOptions plan_options(const Settings& settings, const LiveState& live, const OwnState* own, Instant now) {
  PlanOptions options;
  // The day that nowhere on earth is over yet.
  options.today = to_text(now - std::chrono::hours{12}).substr(0, 10);
  options.key_owner = live.key_owner;
  if (own != nullptr) {
    options.owned = &own->owned;
    options.suspended = suspended_patterns(own->suspended);
  }
  options.ambiguous = {live.ambiguous.begin(), live.ambiguous.end()};
  options.removals_max = settings.reconcile.max_removals;
  options.removal_share_max = settings.reconcile.max_removal_share;
  options.requests_per_minute = settings.calcom.requests_per_minute;
  if (!settings.intake.public_url.empty() && !settings.intake.sources.empty())
    options.own_subscription = settings.intake.public_url + "/hooks/" + settings.intake.sources.front().id;
  return options;
}

Desired as_applied(const Register& owned) {
  Desired desired;
  for (const auto& [address, one] : owned) {
    Resource resource;
    resource.kind = find_kind(address.substr(0, address.find('/')));
    if (resource.kind == nullptr) continue;
    resource.address = address;
    resource.fields = one.applied;
    resource.places[""] = {};
    desired.resources.emplace(address, std::move(resource));
  }
  return desired;
}

}  // namespace calsync
