// Teams of the organisation (CONTRACT §4).
#include "connectors/calcom/sandbox/guards.hpp"
#include "connectors/calcom/sandbox/resources.hpp"
#include "connectors/calcom/sandbox/row.hpp"

namespace calsync::sandbox {

namespace {

std::optional<Answer> make_slug(Write& write) {
  if (is_null(write.given, "slug")) write.given["slug"] = slug_of(text_of(write.given, "name"));
  return std::nullopt;
}

// Whoever makes a team is its owner.
std::optional<Answer> add_creator(Write& write) {
  write.world.memberships.insert(membership_row(write.world, number_of(*write.row, "id"),
                                                write.params.caller_id(), "OWNER",
                                                flag_of(write.given, "autoAcceptCreator")));
  return std::nullopt;
}

Answer own_teams(World& world, const Request&, const PathParams& params) {
  boost::json::array data;
  for (const auto& [id, team] : world.teams.rows()) {
    const Row* member = membership(world, id, params.caller_id());
    if (member == nullptr) continue;
    Row answer = shown(world, teams(), team);
    answer["accepted"] = member->at("accepted");
    answer["role"] = member->at("role");
    data.push_back(std::move(answer));
  }
  return success(std::move(data));
}

}  // namespace

const Resource& teams() {
  static const Resource resource{
      .table = &World::teams,
      .fields = {text("name").must_always().also(check::length(1)),
                 text("slug"),
                 text("timeZone").by_default(R"("Europe/London")"),
                 text("weekStart").by_default(R"("Sunday")"),
                 flag("hideBranding").by_default("false"),
                 flag("autoAcceptCreator").by_default("true").not_stored(),
                 flag("hideBookATeamMember").else_stored("false"),
                 flag("isPrivate").else_stored("false"),
                 own("isOrganization", "false"),
                 own("parentId"),
                 text("logoUrl"),
                 text("calVideoLogo"),
                 text("appLogo"),
                 text("appIconLogo"),
                 text("bio"),
                 text("theme"),
                 text("brandColor"),
                 text("darkBrandColor"),
                 text("bannerUrl"),
                 any("timeFormat").also(check::number()),
                 object("metadata").shown_when_set(),
                 object("bookingLimits").hidden(),
                 flag("includeManagedEventsInLimits").hidden()},
      .unique = {{{"parentId", "slug"}, conflict, true}},
      .before_create = {make_slug},
      .after_create = {add_creator},
  };
  return resource;
}

Routes team_routes() {
  static const Mount mount{.path = "/v2/organizations/{orgId}/teams",
                           .id = "teamId",
                           .resource = &teams(),
                           .scopes = {{"parentId", "orgId"}}};
  Routes routes = routes_of(mount);
  routes.push_back({"GET", mount.path + "/me", Versions::any, Role::org_member, own_teams});
  return routes;
}

}  // namespace calsync::sandbox
