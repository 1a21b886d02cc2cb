#include "tests/schemas/schema_parts.hpp"

#include <string>

namespace calsync::schema {
namespace {

Json of_type(std::string_view type) {
  return Json{{"type", type}};
}

Json matching(std::string_view pattern, std::string_view format) {
  return Json{{"type", "string"}, {"format", format}, {"pattern", pattern}};
}

}  // namespace

Json text() {
  return of_type("string");
}
Json name() {
  return Json{{"type", "string"}, {"minLength", 1}};
}
Json integer() {
  return of_type("integer");
}
Json flag() {
  return of_type("boolean");
}
Json instant() {
  return matching("^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$", "date-time");
}
Json date() {
  return matching("^\\d{4}-\\d{2}-\\d{2}$", "date");
}
Json anything() {
  return boost::json::object{};
}
Json free_object() {
  return of_type("object");
}

Json one_of(std::initializer_list<std::string_view> values) {
  boost::json::array list;
  for (const auto value : values) list.emplace_back(value);
  return Json{{"enum", std::move(list)}};
}

Json constant(std::string_view value) {
  return Json{{"const", value}};
}

Json list_of(Json item) {
  boost::json::object list{{"type", "array"}};
  list.emplace("items", std::move(item));
  return list;
}

// {"type": ["string", "null"]} where that is enough: shorter, and what code generators read best.
Json or_null(Json schema) {
  auto& object = schema.as_object();
  if (auto* type = object.if_contains("type");
      type != nullptr && type->is_string() && !object.contains("properties")) {
    *type = boost::json::array{*type, "null"};
    return schema;
  }
  if (auto* values = object.if_contains("enum")) {
    values->as_array().emplace_back(nullptr);
    return schema;
  }
  return Json{{"anyOf", boost::json::array{std::move(schema), of_type("null")}}};
}

Json object(const Members& members) {
  boost::json::array required;
  boost::json::object properties;
  for (const auto& [key, schema] : members) {
    required.emplace_back(key);
    properties.emplace(key, schema);
  }
  boost::json::object object{{"type", "object"}, {"additionalProperties", false}};
  object.emplace("required", std::move(required));
  object.emplace("properties", std::move(properties));
  return object;
}

Json defined(std::string_view name) {
  return Json{{"$ref", "#/$defs/" + std::string(name)}};
}

Json described(Json schema, std::string_view text) {
  schema.as_object().emplace("description", text);
  return schema;
}

}  // namespace calsync::schema
