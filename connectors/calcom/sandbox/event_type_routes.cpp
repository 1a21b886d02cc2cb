#include "connectors/calcom/sandbox/event_type_parts.hpp"
#include "connectors/calcom/sandbox/resources.hpp"
#include "connectors/calcom/sandbox/row.hpp"

#include <charconv>

namespace calsync::sandbox {

namespace json = boost::json;

namespace {

void with_slug(World&, const Request& request, const PathParams&, std::vector<const Row*>& rows) {
  if (const auto at = request.query.find("eventSlug"); at != request.query.end())
    std::erase_if(rows, [&](const Row* row) { return text_of(*row, "slug") != at->second; });
}

// A list names the team, and may show fewer hosts than there are.
void with_team(World& world, const Request& request, const Row& row, Row& answer) {
  const Row* team = world.teams.find(number_of(row, "teamId"));
  if (team == nullptr) return;
  json::object shown;
  for (const char* name :
       {"id", "name", "slug", "bannerUrl", "logoUrl", "weekStart", "brandColor", "darkBrandColor", "theme"})
    shown[name] = member_of(*team, name);
  answer["team"] = std::move(shown);
  std::size_t most = 0;
  const auto at = request.query.find("hostsLimit");
  if (at == request.query.end()) return;
  std::from_chars(at->second.data(), at->second.data() + at->second.size(), most);
  json::array& hosts = answer["hosts"].as_array();
  if (most > 0 && hosts.size() > most) hosts.resize(most);
}

Answer no_event_type(World&, const Request& request, const PathParams& params) {
  if (request.method == "PATCH") return refused(400, "Event type to update not found");
  return refused(404, "Event type with ID=" + params.text("eventTypeId") + " does not exist.");
}

Answer no_own_event_type(World&, const Request&, const PathParams& params) {
  return refused(404, "Event type with id " + params.text("eventTypeId") + " not found");
}

Answer always_fails(World&, const Request&, const PathParams&) {
  return internal_error();
}

// A person's own event types, as everybody sees them: without the title's question and the video settings.
Answer public_list(World& world, const Request& request, const PathParams& params) {
  const auto asked = request.query.find("username");
  const Row* owner = asked == request.query.end() ? params.caller : world.users.find_if([&](const Row& user) {
    return text_of(user, "username") == asked->second;
  });
  std::vector<const Row*> rows;
  for (const auto& [id, row] : world.event_types.rows())
    if (owner != nullptr && number_of(row, "ownerId") == number_of(*owner, "id") &&
        is_null(row, "parentEventTypeId"))
      rows.push_back(&row);
  with_slug(world, request, params, rows);
  json::array data;
  for (const Row* row : rows) {
    Row answer = shown(world, own_event_types(), *row);
    answer.erase("calVideoSettings");
    json::array& fields = answer["bookingFields"].as_array();
    for (auto at = fields.begin(); at != fields.end();)
      at = text_of(at->as_object(), "slug") == "title" ? fields.erase(at) : at + 1;
    data.push_back(std::move(answer));
  }
  return success(std::move(data));
}

// The API before 2024-06-14: its validation was recorded, its shapes were not.
Answer old_create(World&, const Request& request, const PathParams&) {
  static const Fields fields{any("length").must().also(check::number()).also(check::least(1)),
                             text("slug").must(), text("title").must(), text("description")};
  const Row given = taken(fields, request.body, Writing::create);
  if (auto wrong = findings(fields, given, Writing::create); !wrong.empty()) return invalid(std::move(wrong));
  return refused(400, "The sandbox does not serve the old event types API: send cal-api-version 2024-06-14");
}

Answer old_event_types(World&, const Request&, const PathParams&) {
  return refused(400, "The sandbox does not serve the old event types API: send cal-api-version 2024-06-14");
}

}  // namespace

Routes event_type_routes() {
  static const Mount of_team{.path = "/v2/organizations/{orgId}/teams/{teamId}/event-types",
                             .id = "eventTypeId",
                             .resource = &team_event_types(),
                             .scopes = {{"teamId", "teamId"}},
                             .operations = "create get patch delete",
                             .reads = Role::team_admin,
                             .writes = Role::team_admin,
                             .unknown = no_event_type};
  static const Mount list_of_team{.path = of_team.path,
                                  .id = "",
                                  .resource = &team_event_types(),
                                  .scopes = of_team.scopes,
                                  .operations = "list",
                                  .reads = Role::nobody,
                                  .order = "slug",
                                  .select = with_slug,
                                  .dress_list = with_team};
  static const Mount of_caller{.path = "/v2/event-types",
                               .id = "eventTypeId",
                               .resource = &own_event_types(),
                               .scopes = {{"ownerId", "caller"}},
                               .operations = "create get patch delete",
                               .reads = Role::user,
                               .writes = Role::user,
                               .versions = Versions::event_types,
                               .unknown = no_own_event_type};
  Routes routes = routes_of(of_team);
  for (const Mount* mount : {&list_of_team, &of_caller})
    for (Route& route : routes_of(*mount)) routes.push_back(std::move(route));
  routes.push_back({"GET", "/v2/event-types", Versions::event_types, Role::nobody, public_list});
  routes.push_back({"POST", "/v2/event-types", Versions::event_types, Role::user, old_create, Shape::old});
  routes.push_back(
      {"GET", "/v2/event-types", Versions::event_types, Role::nobody, old_event_types, Shape::old});
  routes.push_back(
      {"GET", "/v2/organizations/{orgId}/teams/event-types", Versions::any, Role::org_admin, always_fails});
  return routes;
}

}  // namespace calsync::sandbox
