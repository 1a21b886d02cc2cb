// The key's owner: who that is, and a new key.
#include "connectors/calcom/sandbox/resources.hpp"
#include "connectors/calcom/sandbox/row.hpp"
#include "connectors/calcom/sandbox/zones.hpp"

namespace calsync::sandbox {

namespace json = boost::json;

namespace {

json::object self(World& world, const Row& user) {
  json::object shown;
  for (const char* name :
       {"id", "email", "timeFormat", "defaultScheduleId", "weekStart", "timeZone", "username"})
    shown[name] = member_of(user, name);
  shown["organizationId"] = world.organization_id;
  shown["organization"] = json::object{{"isPlatform", false}, {"id", world.organization_id}};
  return shown;
}

Answer get_me(World& world, const Request&, const PathParams& params) {
  return success(self(world, *params.caller));
}

Answer patch_me(World& world, const Request& request, const PathParams& params) {
  static const Fields fields{
      any("email").also(check::email()),
      text("name"),
      any("timeFormat").also(check::number()),
      any("defaultScheduleId").also(check::number()),
      any("weekStart")
          .also(
              check::one_of({"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"})),
      any("timeZone").also(check::time_zone("isTimeZone", "$ must be a valid IANA time-zone")),
      text("locale"),
      text("avatarUrl"),
      text("bio"),
      object("metadata")};
  const Row given = taken(fields, request.body, Writing::patch);
  if (auto wrong = findings(fields, given, Writing::patch); !wrong.empty()) return invalid(std::move(wrong));
  store(fields, given, Writing::patch, *params.caller);
  return success(self(world, *params.caller));
}

// The key that asks dies at once.
Answer refresh_key(World& world, const Request& request, const PathParams&) {
  static const Fields fields{any("apiKeyDaysValid").also(check::number()).also(check::least(1)),
                             flag("apiKeyNeverExpires")};
  const Row given = taken(fields, request.body, Writing::patch);
  if (auto wrong = findings(fields, given, Writing::patch); !wrong.empty()) return invalid(std::move(wrong));
  if (given.contains("apiKeyDaysValid") && given.contains("apiKeyNeverExpires"))
    return refused(400, "ApiKeysService - Cannot set both apiKeyDaysValid and apiKeyNeverExpires");
  Row* key = world.api_keys.find_if([&](const Row& row) { return text_of(row, "_key") == request.api_key; });
  const auto days = given.contains("apiKeyDaysValid") ? number_of(given, "apiKeyDaysValid") : 30;
  const std::string fresh = "cal_live_" + world.random_id(32);
  (*key)["_key"] = fresh;
  (*key)["expiresAt"] = flag_of(given, "apiKeyNeverExpires")
                            ? json::value(nullptr)
                            : json::value(to_text(world.clock.wall() + std::chrono::days{days}));
  return success(json::object{{"apiKey", fresh}});
}

}  // namespace

Routes own_routes() {
  return {{"GET", "/v2/me", Versions::any, Role::user, get_me},
          {"PATCH", "/v2/me", Versions::any, Role::user, patch_me},
          {"POST", "/v2/api-keys/refresh", Versions::any, Role::user, refresh_key}};
}

}  // namespace calsync::sandbox
