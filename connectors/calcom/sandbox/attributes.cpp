// Attributes of the organisation's people (CONTRACT §5): what they are, their options, and who was given which.
#include "connectors/calcom/sandbox/attribute_parts.hpp"
#include "connectors/calcom/sandbox/resources.hpp"
#include "connectors/calcom/sandbox/row.hpp"

namespace calsync::sandbox {

namespace json = boost::json;

namespace {

std::optional<Answer> give_id_and_options(Write& write) {
  Row& row = *write.row;
  row["_uuid"] = write.world.random_uuid();
  json::array options;
  for (const json::value& one : write.given.at("options").as_array())
    options.push_back(stored_option(write.world, one.as_object(), text_of(row, "_uuid")));
  row["_options"] = std::move(options);
  return std::nullopt;
}

void show_uuid(World&, const Row& row, Row& answer) {
  answer["id"] = row.at("_uuid");
}

}  // namespace

const Resource& attributes() {
  static const Resource resource{
      .table = &World::attributes,
      .fields = {own("teamId"),
                 any("type").must().also(check::one_of({"TEXT", "NUMBER", "SINGLE_SELECT", "MULTI_SELECT"})),
                 text("name").must(), text("slug").must(), flag("enabled").else_stored("true"),
                 own("usersCanEditRelation", "false"),
                 list("options").must().not_stored().with(option_fields())},
      .unique = {{{"teamId", "slug"}, conflict, true}},
      .after_create = {give_id_and_options},
      .dress = show_uuid,
  };
  return resource;
}

Routes attribute_routes() {
  static const Mount mount{.path = "/v2/organizations/{orgId}/attributes",
                           .id = "attributeId",
                           .resource = &attributes(),
                           .scopes = {{"teamId", "orgId"}},
                           .reads = Role::org_member,
                           .query = paging(250),
                           .unknown = no_attribute};
  const std::string options = mount.path + "/{attributeId}/options";
  Routes routes = routes_of(mount);
  routes.push_back({"GET", options, Versions::any, Role::org_member, list_options});
  routes.push_back({"POST", options, Versions::any, Role::org_admin, create_option});
  routes.push_back({"PATCH", options + "/{optionId}", Versions::any, Role::org_admin, patch_option});
  routes.push_back({"DELETE", options + "/{optionId}", Versions::any, Role::org_admin, delete_option});
  const std::string of_user = mount.path + "/options/{userId}";
  routes.push_back({"GET", of_user, Versions::any, Role::org_admin, assigned_options});
  routes.push_back({"POST", of_user, Versions::any, Role::org_admin, assign_option});
  routes.push_back(
      {"DELETE", of_user + "/{attributeOptionId}", Versions::any, Role::org_admin, take_option_back});
  return routes;
}

}  // namespace calsync::sandbox
