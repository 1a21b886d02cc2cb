#include "config/desired/describe.hpp"
#include "config/desired/item_fields.hpp"

#include <boost/json.hpp>

namespace calsync {
namespace json = boost::json;
namespace {

json::array texts(const std::vector<std::string_view>& words) {
  json::array out;
  for (const auto word : words) out.emplace_back(word);
  return out;
}

std::string_view pattern_of(TextForm form) {
  switch (form) {
    case TextForm::e_mail:
      return R"(^[^@\s",]+@[^@\s",.][^@\s",]*\.[^@\s",]*[^@\s",.]$)";
    case TextForm::time_zone:
      return R"(^[A-Za-z][A-Za-z0-9_+/-]*$)";
    case TextForm::date:
      return R"(^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$)";
    case TextForm::time_of_day:
      return R"(^([01]\d|2[0-3]):[0-5]\d$)";
    case TextForm::web_address:
      return R"(^https?://[^/\s]\S*$)";
    case TextForm::slug:
      return "^[^/]*$";
    case TextForm::colour:
      return "^#[0-9a-fA-F]{6}$";
    case TextForm::secret:
      return "^(env|dotenv|file|credential|vault|doppler):.+$";
    case TextForm::any:
      break;
  }
  return {};
}

std::string description_of(const Field& field) {
  std::string out(field.about);
  const auto add = [&](std::string_view words) { out += (out.empty() ? "" : "; ") + std::string(words); };
  if (field.mutability == Mutability::asserted) add("asserted: Cal.com's API cannot write it");
  if (field.mutability == Mutability::create_only) add("only given when it is made");
  if (field.mutability == Mutability::write_only) add("never told by Cal.com");
  return out;
}

json::object of(const Field& field);

json::object of_text(const Field& field) {
  json::object out{{"type", "string"}};
  if (!field.one_of.empty()) out["enum"] = texts(field.one_of);
  if (const auto pattern = pattern_of(field.form); !pattern.empty()) out["pattern"] = pattern;
  if (field.least > 0) out["minLength"] = field.least;
  return out;
}

json::object of_members(const std::vector<Field>& fields) {
  json::object properties;
  json::array required;
  for (const Field& field : fields) {
    properties[field.name] = of(field);
    if (field.required) required.emplace_back(field.name);
  }
  json::object out{
      {"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
  if (!required.empty()) out["required"] = std::move(required);
  return out;
}

json::object of_object(const Field& field) {
  if (!field.may_disable) return of_members(field.members);
  const json::object off{{"type", "object"},
                         {"properties", json::object{{"disabled", json::object{{"const", true}}}}},
                         {"required", json::array{"disabled"}},
                         {"additionalProperties", false}};
  return {{"anyOf", json::array{off, of_members(field.members)}}};
}

json::object of_value(const Field& field) {
  switch (field.type) {
    case FieldType::text:
      return of_text(field);
    case FieldType::boolean:
      return {{"type", "boolean"}};
    case FieldType::object:
      return of_object(field);
    case FieldType::any:
      return {};
    case FieldType::integer: {
      json::object out{{"type", "integer"}, {"minimum", field.least}};
      if (field.most != std::numeric_limits<std::int64_t>::max()) out["maximum"] = field.most;
      return out;
    }
    case FieldType::list: {
      json::object out{{"type", "array"}, {"items", of_value(field.members.front())}};
      if (field.least > 0) out["minItems"] = field.least;
      return out;
    }
  }
  return {};
}

// An optional field may be stated empty, which says the same as leaving it out.
json::object of(const Field& field) {
  json::object out = of_value(field);
  if (!field.required && field.type != FieldType::any)
    out = json::object{{"anyOf", json::array{std::move(out), json::object{{"type", "null"}}}}};
  if (const auto words = description_of(field); !words.empty()) out["description"] = words;
  if (!field.fallback.empty()) out["default"] = json::parse(field.fallback);
  return out;
}

// [name, …] or [{user: name, role: ADMIN}, …]
json::object of_relations(const Field& field, std::string_view other) {
  const auto fields = relation_fields(other);
  json::object out{
      {"type", "array"},
      {"items", json::object{{"anyOf", json::array{of_text(fields.front()), of_members(fields)}}}}};
  out["description"] = field.about;
  return out;
}

json::object of_kind(const ResourceKind& kind) {
  json::object properties;
  json::array always, when_made;
  for (const Field& field : kind.fields) {
    properties[field.name] = of(field);
    if (field.required) (names_it(kind, field) ? always : when_made).emplace_back(field.name);
  }
  for (const Field& field : item_fields(kind)) {
    if (field.name == "members" || field.name == "teams")
      properties[field.name] = of_relations(field, field.name == "members" ? "user" : "team");
    else
      properties[field.name] = of(field);
  }
  json::object out{{"type", "object"},
                   {"description", kind.about},
                   {"properties", std::move(properties)},
                   {"additionalProperties", false}};
  if (!always.empty()) out["required"] = std::move(always);
  if (when_made.empty()) return out;
  // What is gone needs its name only.
  out["if"] = json::object{{"properties", json::object{{"absent", json::object{{"const", true}}}}},
                           {"required", json::array{"absent"}}};
  out["else"] = json::object{{"required", std::move(when_made)}};
  return out;
}

json::object of_policy() {
  json::object out = of_members(policy_fields()), removal, drift;
  for (const ResourceKind* kind : all_kinds()) {
    const auto name = policy_name(*kind);
    if (name.empty()) continue;
    removal[name] = json::object{{"enum", texts(removal_words(*kind))}};
    drift[name] = json::object{{"enum", json::array{"report", "heal"}}};
  }
  const auto by_kind = [&](const char* name, json::object kinds) {
    json::object& field = out["properties"].get_object()[name].get_object();
    field["type"] = "object";
    field["properties"] = std::move(kinds);
    field["additionalProperties"] = false;
  };
  by_kind("removal", std::move(removal));
  by_kind("drift", std::move(drift));
  return out;
}

}  // namespace

json::value config_schema() {
  json::object properties, definitions;
  const auto or_null = [](json::object schema) {
    return json::object{{"anyOf", json::array{std::move(schema), json::object{{"type", "null"}}}}};
  };
  for (const ResourceKind* kind : all_kinds()) {
    if (kind->section.empty()) continue;
    definitions[kind->name] = of_kind(*kind);
    properties[kind->section] =
        or_null({{"type", "array"}, {"items", json::object{{"$ref", "#/$defs/" + std::string(kind->name)}}}});
  }
  definitions["policy"] = of_policy();
  properties["policy"] = or_null({{"$ref", "#/$defs/policy"}});
  return json::object{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                      {"$id", "urn:calsync:schema:config:1"},
                      {"title", "A file of a calsync configuration"},
                      {"type", json::array{"object", "null"}},
                      {"properties", std::move(properties)},
                      {"additionalProperties", false},
                      {"$defs", std::move(definitions)}};
}

}  // namespace calsync
