// Schedules: of the organisation's users, and the key owner's own (CONTRACT §6).
#include "connectors/calcom/sandbox/guards.hpp"
#include "connectors/calcom/sandbox/resources.hpp"
#include "connectors/calcom/sandbox/row.hpp"
#include "connectors/calcom/sandbox/schedule_2024_04_15.hpp"

namespace calsync::sandbox {

namespace json = boost::json;

namespace {

constexpr const char* working_hours =
    R"([{"days":["Monday","Tuesday","Wednesday","Thursday","Friday"],"startTime":"09:00","endTime":"17:00"}])";

Field time_of_day(std::string name) {
  return any(name).must_always().also(
      check::matches("([01][0-9]|2[0-3]):[0-5][0-9]", "$ must be a valid time format HH:MM"));
}

Field date() {
  return any("date").must_always().also(
      check::matches("[0-9]{4}-[0-9]{2}-[0-9]{2}(T.*)?", "$ must be a valid ISO 8601 date string"));
}

// Its own column is the user's `defaultScheduleId`: true moves that, false does nothing.
std::optional<Answer> make_default(Write& write) {
  if (!flag_of(write.given, "isDefault")) return std::nullopt;
  if (Row* owner = write.world.users.find(number_of(*write.row, "ownerId")))
    (*owner)["defaultScheduleId"] = write.row->at("id");
  return std::nullopt;
}

std::optional<Answer> put_dates_right(Write& write) {
  auto* overrides = write.given.if_contains("overrides");
  if (overrides == nullptr || !overrides->is_array()) return std::nullopt;
  for (json::value& one : overrides->get_array()) {
    json::value& day = one.as_object()["date"];
    day = std::string(day.as_string()).substr(0, 10);
  }
  return std::nullopt;
}

void show_default(World& world, const Row& row, Row& answer) {
  const Row* owner = world.users.find(number_of(row, "ownerId"));
  answer["isDefault"] = owner != nullptr && number_of(*owner, "defaultScheduleId") == number_of(row, "id");
}

std::optional<json::value> nothing(World&, const Row&) {
  return std::nullopt;
}

Answer no_schedule(World& world, const Request&, const PathParams& params) {
  const std::string id = params.text("scheduleId");
  if (world.schedules.find(params.id("scheduleId")) == nullptr)
    return refused(404, "Schedule with ID=" + id + " does not exist.");
  const auto user =
      params.values.contains("userId") ? params.text("userId") : std::to_string(params.caller_id());
  return refused(403, "User with ID=" + user + " does not own schedule with ID=" + id);
}

Answer default_schedule(World& world, const Request&, const PathParams& params) {
  const Row* row = world.schedules.find(number_of(*params.caller, "defaultScheduleId"));
  return success(row == nullptr ? json::value(nullptr) : json::value(shown(world, schedules(), *row)));
}

void only_of_organization(World& world, const Request&, const PathParams&, std::vector<const Row*>& rows) {
  std::erase_if(rows, [&](const Row* row) {
    return membership(world, world.organization_id, number_of(*row, "ownerId")) == nullptr;
  });
}

void only_of_team(World& world, const Request&, const PathParams& params, std::vector<const Row*>& rows) {
  std::erase_if(rows, [&](const Row* row) {
    return membership(world, params.id("teamId"), number_of(*row, "ownerId")) == nullptr;
  });
}

Answer old_list(World& world, const Request&, const PathParams& params) {
  json::array data;
  for (const auto& [id, row] : world.schedules.rows())
    if (number_of(row, "ownerId") == params.caller_id()) data.push_back(in_2024_04_15(world, row));
  return success(std::move(data));
}

}  // namespace

std::int64_t add_working_hours(World& world, std::int64_t user_id, std::string_view time_zone) {
  return world.schedules.insert({{"ownerId", user_id},
                                 {"name", "Working Hours"},
                                 {"timeZone", time_zone},
                                 {"availability", json::parse(working_hours)},
                                 {"overrides", json::array{}}});
}

const Resource& schedules() {
  static const Resource resource{
      .table = &World::schedules,
      .fields =
          {own("ownerId"), text("name").must(),
           any("timeZone").must().also(check::time_zone("isTimeZone", "$ must be a valid IANA time-zone")),
           flag("isDefault").must().not_stored(),
           list("availability")
               .else_stored(working_hours)
               .with({any("days").must_always().also(check::each_in(
                          {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"})),
                      time_of_day("startTime"), time_of_day("endTime")}),
           list("overrides")
               .else_stored("[]")
               .with({date(), time_of_day("startTime"), time_of_day("endTime")})},
      .before_create = {put_dates_right},
      .before_patch = {put_dates_right},
      .after_create = {make_default},
      .after_patch = {make_default},
      .dress = show_default,
      .removed = nothing,
  };
  return resource;
}

Routes schedule_routes() {
  static const Mount of_user{.path = "/v2/organizations/{orgId}/users/{userId}/schedules",
                             .id = "scheduleId",
                             .resource = &schedules(),
                             .scopes = {{"ownerId", "userId"}},
                             .unknown = no_schedule};
  static const Mount of_org{.path = "/v2/organizations/{orgId}/schedules",
                            .id = "scheduleId",
                            .resource = &schedules(),
                            .operations = "list",
                            .query = paging(250),
                            .select = only_of_organization};
  static const Mount of_team{.path = "/v2/organizations/{orgId}/teams/{teamId}/schedules",
                             .id = "",
                             .resource = &schedules(),
                             .operations = "list",
                             .reads = Role::team_admin,
                             .query = paging(250),
                             .select = only_of_team};
  static const Mount of_caller{.path = "/v2/schedules",
                               .id = "scheduleId",
                               .resource = &schedules(),
                               .scopes = {{"ownerId", "caller"}},
                               .reads = Role::user,
                               .writes = Role::user,
                               .versions = Versions::schedules,
                               .unknown = no_schedule};
  Routes routes = routes_of(of_user);
  for (const Mount* mount : {&of_org, &of_team, &of_caller})
    for (Route& route : routes_of(*mount)) routes.push_back(std::move(route));
  routes.push_back({"GET", "/v2/schedules/default", Versions::schedules, Role::user, default_schedule});
  routes.push_back({"GET", "/v2/schedules", Versions::schedules, Role::user, old_list, Shape::old});
  return routes;
}

}  // namespace calsync::sandbox
