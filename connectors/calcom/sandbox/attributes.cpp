// Attributes of the organisation's people (CONTRACT §5): what they are, their options, and who was given which.
#include "connectors/calcom/sandbox/resources.hpp"
#include "connectors/calcom/sandbox/row.hpp"

namespace calsync::sandbox {

namespace json = boost::json;

namespace {

Fields option_fields() {
  return {text("value").must(), text("slug").must()};
}

json::object stored_option(World& world, const json::object& given, std::string_view attribute) {
  return {{"id", world.random_uuid()},
          {"attributeId", attribute},
          {"value", member_of(given, "value")},
          {"slug", member_of(given, "slug")}};
}

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

Answer slug_is_taken() {
  return conflict();
}

Answer no_attribute(World&, const Request&, const PathParams& params) {
  return refused(404, "Attribute with id " + params.text("attributeId") + " not found");
}

Row* attribute_of(World& world, const PathParams& params) {
  return world.attributes.find_if(
      [&](const Row& row) { return text_of(row, "_uuid") == params.text("attributeId"); });
}

json::object* option_of(Row& attribute, std::string_view id) {
  for (json::value& one : attribute["_options"].as_array())
    if (text_of(one.as_object(), "id") == id) return &one.as_object();
  return nullptr;
}

Answer list_options(World& world, const Request& request, const PathParams& params) {
  const Row* attribute = attribute_of(world, params);
  return attribute == nullptr ? no_attribute(world, request, params) : success(attribute->at("_options"));
}

Answer create_option(World& world, const Request& request, const PathParams& params) {
  Row* attribute = attribute_of(world, params);
  if (attribute == nullptr) return no_attribute(world, request, params);
  const Row given = taken(option_fields(), request.body, Writing::create);
  if (auto wrong = findings(option_fields(), given, Writing::create); !wrong.empty())
    return invalid(std::move(wrong));
  json::object option = stored_option(world, given, params.text("attributeId"));
  (*attribute)["_options"].as_array().push_back(option);
  return success(std::move(option), 201);
}

Answer patch_option(World& world, const Request& request, const PathParams& params) {
  Row* attribute = attribute_of(world, params);
  json::object* option = attribute == nullptr ? nullptr : option_of(*attribute, params.text("optionId"));
  if (option == nullptr)
    return refused(404, "Attribute option with id " + params.text("optionId") + " not found");
  for (const auto& [name, value] : taken(option_fields(), request.body, Writing::patch))
    (*option)[name] = value;
  return success(*option);
}

Answer delete_option(World& world, const Request&, const PathParams& params) {
  Row* attribute = attribute_of(world, params);
  json::object* option = attribute == nullptr ? nullptr : option_of(*attribute, params.text("optionId"));
  if (option == nullptr)
    return refused(404, "Attribute option with id " + params.text("optionId") + " not found");
  json::object gone = *option;
  json::array& options = (*attribute)["_options"].as_array();
  for (auto at = options.begin(); at != options.end();)
    at = text_of(at->as_object(), "id") == text_of(gone, "id") ? options.erase(at) : at + 1;
  return success(std::move(gone));
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
      .unique = {{{"teamId", "slug"}, slug_is_taken, true}},
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
  return routes;
}

}  // namespace calsync::sandbox
