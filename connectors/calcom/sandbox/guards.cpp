#include "connectors/calcom/sandbox/guards.hpp"

#include "connectors/calcom/sandbox/row.hpp"

namespace calsync::sandbox {

namespace {

bool expired(World& world, const Row& key) {
  const auto at = parse_instant(text_of(key, "expiresAt"));  // one without end has none
  // By calendar day: the key dies the day after (CONTRACT §1).
  return at && std::chrono::floor<std::chrono::days>(world.clock.wall()) >
                   std::chrono::floor<std::chrono::days>(*at);
}

bool has_role(World& world, std::int64_t team_id, std::int64_t user_id, bool admin) {
  const Row* found = membership(world, team_id, user_id);
  return found != nullptr && (!admin || text_of(*found, "role") != "MEMBER");
}

const char* name_of(Role role) {
  switch (role) {
    case Role::team_member:
      return "TEAM_MEMBER";
    case Role::team_admin:
      return "TEAM_ADMIN";
    case Role::org_member:
      return "ORG_MEMBER";
    default:
      return "ORG_ADMIN";
  }
}

bool allowed(World& world, const Route& route, const PathParams& params) {
  const auto user = params.caller_id();
  const bool admin = is_org_admin(world, user);
  const auto in_team = [&](bool as_admin) {
    return params.values.contains("teamId") && has_role(world, params.id("teamId"), user, as_admin);
  };
  switch (route.role) {
    case Role::nobody:
    case Role::user:
      return true;
    case Role::team_member:
      return admin || in_team(false);
    case Role::team_admin:
      return admin || in_team(true);
    case Role::org_member:
      return has_role(world, world.organization_id, user, false);
    case Role::org_admin:
      return admin;
  }
  return false;
}

std::optional<Answer> organization_guard(World& world, const Route& route, const PathParams& params) {
  if (!params.values.contains("orgId")) return std::nullopt;
  const std::string& id = params.text("orgId");
  if (params.id("orgId") != world.organization_id)
    return refused(403, "IsOrgGuard - provided organization id=" + id +
                            " does not represent any existing organization.");
  if (allowed(world, route, params)) return std::nullopt;
  return refused(403, "RolesGuard - user with id=" + std::to_string(params.caller_id()) +
                          " does not have the minimum required role=" + name_of(route.role) +
                          " within organization with id=" + id + ".");
}

}  // namespace

Row* membership(World& world, std::int64_t team_id, std::int64_t user_id) {
  return world.memberships.find_if([&](const Row& row) {
    return number_of(row, "teamId") == team_id && number_of(row, "userId") == user_id;
  });
}

const Row* find_key(World& world, const std::string& key) {
  return world.api_keys.find_if([&](const Row& row) { return text_of(row, "_key") == key; });
}

bool is_org_admin(World& world, std::int64_t user_id) {
  return has_role(world, world.organization_id, user_id, true);
}

std::optional<Answer> key_guard(World& world, const Request& request, const Route& route,
                                PathParams& params) {
  if (request.api_key.empty()) {
    if (route.role == Role::nobody) return std::nullopt;
    return refused(
        401,
        "ApiAuthStrategy - No authentication method provided. Either pass an API key as 'Bearer' header or "
        "OAuth client credentials as 'x-cal-secret-key' and 'x-cal-client-id' headers");
  }
  if (!request.api_key.starts_with(key_prefix)) return refused(401, "Invalid Access Token.");
  const Row* key = find_key(world, request.api_key);
  if (key == nullptr) return refused(401, "CustomThrottlerGuard - Invalid API Key");
  if (expired(world, *key)) return refused(401, "ApiAuthStrategy - api key - Your api key is expired");
  params.caller = world.users.find(number_of(*key, "userId"));
  return std::nullopt;
}

std::optional<Answer> path_guard(World& world, const Route& route, const PathParams& params) {
  if (auto refusal = organization_guard(world, route, params)) return refusal;
  if (!params.values.contains("orgId")) return std::nullopt;
  if (params.values.contains("teamId") && world.teams.find(params.id("teamId")) == nullptr)
    return refused(404, "IsTeamInOrg - Team (" + params.text("teamId") + ") not found.");
  if (params.values.contains("userId") &&
      membership(world, world.organization_id, params.id("userId")) == nullptr)
    return refused(403, "IsUserInOrg - user with id=" + params.text("userId") +
                            " is not part of the organization with id=" + params.text("orgId") + ".");
  return std::nullopt;
}

}  // namespace calsync::sandbox
