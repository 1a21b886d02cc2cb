#include "connectors/calcom/sandbox/starting_world.hpp"

namespace calsync::sandbox {

namespace json = boost::json;

namespace {

constexpr std::string_view since = "2026-11-21T11:55:21.664Z";

void add_user(World& world, std::string_view username, std::string_view name, std::string_view role) {
  Row user{{"username", username}, {"name", name}};
  user["email"] = std::string(username) + "@quill.test";
  for (const char* empty : {"bio", "avatarUrl", "appTheme", "theme", "defaultScheduleId", "locale",
                            "brandColor", "darkBrandColor", "invitedTo"})
    user[empty] = nullptr;
  const Row rest{
      {"emailVerified", since}, {"timeZone", "Europe/Berlin"}, {"weekStart", "Sunday"}, {"timeFormat", 12},
      {"hideBranding", false},  {"allowDynamicBooking", true}, {"createdDate", since},  {"verified", false}};
  user.insert(rest.begin(), rest.end());
  const auto id = world.users.insert(std::move(user));
  world.users.find(id)->insert_or_assign(
      "profile",
      json::object{
          {"id", id}, {"organizationId", world.organization_id}, {"userId", id}, {"username", username}});
  world.memberships.insert({{"teamId", world.organization_id},
                            {"userId", id},
                            {"accepted", true},
                            {"role", role},
                            {"disableImpersonation", false},
                            {"createdAt", since},
                            {"updatedAt", since}});
}

void add_key(World& world, std::int64_t user_id, const std::string& key, std::string_view expires) {
  world.api_keys.insert({{"userId", user_id}, {"_key", key}, {"expiresAt", expires}});
}

}  // namespace

void begin(World& world, const StartingKeys& keys) {
  world.teams.next_id = world.organization_id + 1;
  add_user(world, "owner", "Olive Owner", "OWNER");
  add_user(world, "plain", "Pat Plain", "MEMBER");
  const json::array week{json::object{{"days", {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday"}},
                                      {"startTime", "09:00"},
                                      {"endTime", "17:00"}}};
  const auto schedule = world.schedules.insert({{"ownerId", 1},
                                                {"name", "Working Hours"},
                                                {"timeZone", "Europe/Berlin"},
                                                {"availability", week},
                                                {"overrides", json::array{}}});
  world.users.find(1)->insert_or_assign("locale", "en");
  world.users.find(1)->insert_or_assign("defaultScheduleId", schedule);
  add_key(world, 1, keys.owner, "2036-01-01T00:00:00.000Z");
  add_key(world, 2, keys.member, "2036-01-01T00:00:00.000Z");
  add_key(world, 1, keys.expired, "2020-01-01T00:00:00.000Z");
}

}  // namespace calsync::sandbox
