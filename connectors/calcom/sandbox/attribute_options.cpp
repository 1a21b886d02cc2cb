// Options of an attribute, and who was given which.
#include "connectors/calcom/sandbox/attribute_parts.hpp"
#include "connectors/calcom/sandbox/guards.hpp"
#include "connectors/calcom/sandbox/resources.hpp"
#include "connectors/calcom/sandbox/row.hpp"

namespace calsync::sandbox {

namespace json = boost::json;

namespace {

Row* attribute_of(World& world, const PathParams& params) {
  return world.attributes.find_if(
      [&](const Row& row) { return text_of(row, "_uuid") == params.text("attributeId"); });
}

json::object* option_of(Row& attribute, std::string_view id) {
  for (json::value& one : attribute["_options"].as_array())
    if (text_of(one.as_object(), "id") == id) return &one.as_object();
  return nullptr;
}

json::array& assigned_to(Row& user) {
  json::value& assigned = user["_attributeOptions"];
  if (!assigned.is_array()) assigned = json::array{};
  return assigned.get_array();
}

}  // namespace

Fields option_fields() {
  return {text("value").must(), text("slug").must()};
}

json::object stored_option(World& world, const json::object& given, std::string_view attribute) {
  return {{"id", world.random_uuid()},
          {"attributeId", attribute},
          {"value", member_of(given, "value")},
          {"slug", member_of(given, "slug")}};
}

Answer no_attribute(World&, const Request&, const PathParams& params) {
  return refused(404, "Attribute with id " + params.text("attributeId") + " not found");
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

// By option, or by a value that becomes one; who has it already is refused.
Answer assign_option(World& world, const Request& request, const PathParams& params) {
  static const Fields fields{text("attributeId").must(), text("attributeOptionId"), text("value")};
  const Row given = taken(fields, request.body, Writing::create);
  if (auto wrong = findings(fields, given, Writing::create); !wrong.empty()) return invalid(std::move(wrong));
  Row* attribute = world.attributes.find_if(
      [&](const Row& row) { return text_of(row, "_uuid") == text_of(given, "attributeId"); });
  if (attribute == nullptr) return refused(404, "Attribute not found");
  if (is_null(given, "attributeOptionId") && is_null(given, "value"))
    return refused(400, "Attribute option or value is required");
  json::object* option = option_of(*attribute, text_of(given, "attributeOptionId"));
  if (option == nullptr && !is_null(given, "value")) {
    const auto value = text_of(given, "value");
    const json::object made{{"value", value}, {"slug", slug_of(value)}};
    json::array& options = (*attribute)["_options"].as_array();
    options.push_back(stored_option(world, made, text_of(*attribute, "_uuid")));
    option = &options.back().as_object();
  }
  if (option == nullptr) return refused(404, "Attribute option not found");
  const Row* member = membership(world, world.organization_id, params.id("userId"));
  json::object assignment{
      {"id", world.random_uuid()}, {"memberId", member->at("id")}, {"attributeOptionId", option->at("id")}};
  assigned_to(*world.users.find(params.id("userId"))).push_back(assignment);
  return success(std::move(assignment), 201);
}

Answer assigned_options(World& world, const Request&, const PathParams& params) {
  json::array data;
  for (const json::value& one : assigned_to(*world.users.find(params.id("userId"))))
    for (auto& [id, attribute] : world.attributes.rows())
      if (const auto* option = option_of(attribute, text_of(one.as_object(), "attributeOptionId")))
        data.push_back(*option);
  return success(std::move(data));
}

Answer take_option_back(World& world, const Request&, const PathParams& params) {
  json::array& assigned = assigned_to(*world.users.find(params.id("userId")));
  for (auto at = assigned.begin(); at != assigned.end(); ++at) {
    if (text_of(at->as_object(), "attributeOptionId") != params.text("attributeOptionId")) continue;
    json::value gone = *at;
    assigned.erase(at);
    return success(std::move(gone));
  }
  return refused(404, "Attribute option not found");
}

}  // namespace calsync::sandbox
