#include "daemon/reconcile/organisation_now.hpp"

#include "connectors/calcom/own_subscription.hpp"

namespace calsync {

namespace {

// "organization/https://…", and not an event type of a team that is called organization.
bool is_of_organisation(std::string_view webhook) {
  constexpr std::string_view scope = "organization/";
  if (!webhook.starts_with(scope)) return false;
  const std::string_view target = webhook.substr(scope.size());
  const auto scheme = target.find("://");
  return scheme != std::string_view::npos && scheme + 1 == target.find('/');
}

// What an address alone tells of it.
void ask_for(const std::string& address, LiveOptions& options) {
  const auto rest = [&](std::string_view kind) {
    return address.starts_with(kind) ? std::string_view(address).substr(kind.size()) : std::string_view();
  };
  if (!rest("integration/").empty()) options.integrations = true;
  if (const auto name = rest("eventType/");
      name.substr(0, name.find('/')).find('@') != std::string_view::npos)
    options.own_event_types = true;
  const auto webhook = rest("webhook/");
  if (webhook.empty() || is_of_organisation(webhook)) return;
  const auto team = webhook.find('/'), slug = webhook.find('/', team + 1);
  if (slug != std::string_view::npos) options.webhooks_of.emplace(webhook.substr(0, slug));
}

}  // namespace

Result<LiveState> read_live_for(CalcomReads& api, const Settings& settings, const Desired& desired,
                                const OwnState* own, ApiUse use) {
  LiveOptions options{.organization = settings.calcom.organization_id, .use = use};
  for (const auto& [address, _] : desired.resources) ask_for(address, options);
  if (own != nullptr)
    for (const auto& [address, _] : own->owned) ask_for(address, options);
  return read_live(api, options);
}

PlanOptions plan_options(const Settings& settings, const LiveState& live, const OwnState* own, Instant now) {
  PlanOptions options;
  // The day that nowhere on earth is over yet.
  options.today = to_text(now - std::chrono::hours{12}).substr(0, 10);
  options.key_owner = live.key_owner;
  if (own != nullptr) {
    options.owned = &own->owned;
    options.suspended = suspended_patterns(own->suspended);
    options.held = own->held;
  }
  options.ambiguous = {live.ambiguous.begin(), live.ambiguous.end()};
  options.removals_max = settings.reconcile.max_removals;
  options.removal_share_max = settings.reconcile.max_removal_share;
  options.requests_per_minute = settings.calcom.requests_per_minute;
  if (!settings.intake.public_url.empty())
    for (const IntakeSource& source : settings.intake.sources)
      options.own_subscriptions.push_back(hook_url(settings.intake.public_url, source.id));
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
