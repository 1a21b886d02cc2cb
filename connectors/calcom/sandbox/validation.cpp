#include "connectors/calcom/sandbox/errors.hpp"
#include "connectors/calcom/sandbox/fields.hpp"

#include <charconv>

namespace calsync::sandbox {

namespace json = boost::json;

namespace {

json::value taken_inside(const Field& field, const json::value& value, Writing writing) {
  if (field.inside == nullptr) return value;
  if (value.is_object()) return taken(*field.inside, value, writing);
  const auto* list = value.if_array();
  if (list == nullptr) return value;
  json::array out;
  for (const json::value& one : *list)
    out.push_back(one.is_object() ? taken(*field.inside, one, writing) : one);
  return out;
}

bool needed(const Field& field, Writing writing) {
  return field.need == Field::Need::always ||
         (field.need == Field::Need::on_create && writing == Writing::create);
}

json::array of_elements(const Field& field, const json::value& value, Writing writing) {
  json::array children;
  const json::array& list = value.get_array();
  for (std::size_t i = 0; i < list.size(); ++i) {
    Invalid element{std::to_string(i), &list[i]};
    if (const auto* object = list[i].if_object())
      element.children = findings(*field.inside, *object, writing);
    else
      element.constraints = {{"nestedValidation", "each value in nested property " + field.name +
                                                      " must be either object or array"}};
    if (!element.children.empty() || !element.constraints.empty())
      children.push_back(finding(value, element));
  }
  return children;
}

json::array of_members(const Field& field, const json::value& value, Writing writing) {
  if (field.inside == nullptr) return {};
  if (const auto* object = value.if_object()) return findings(*field.inside, *object, writing);
  return value.is_array() ? of_elements(field, value, writing) : json::array{};
}

}  // namespace

Row taken(const Fields& fields, const json::value& body, Writing writing) {
  static const Row nothing;
  const auto* sent = body.if_object();
  Row out;
  for (const Field& field : fields) {
    if (!field.given) continue;
    const auto* value = (sent == nullptr ? nothing : *sent).if_contains(field.name);
    if (value != nullptr)
      out[field.name] = taken_inside(field, *value, writing);
    else if (writing == Writing::create && !field.preset.empty())
      out[field.name] = json::parse(field.preset);
  }
  return out;
}

Row taken_of_query(const Fields& fields, const std::map<std::string, std::string>& query) {
  Row out;
  for (const Field& field : fields) {
    const auto at = query.find(field.name);
    if (at == query.end()) {
      if (!field.preset.empty()) out[field.name] = json::parse(field.preset);
      continue;
    }
    std::int64_t number = 0;
    const auto& text = at->second;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), number).ptr;
    const bool numeric = !text.empty() && end == text.data() + text.size();
    const bool wanted = std::any_of(field.checks.begin(), field.checks.end(), [](const Check& one) {
      return one.name == "isNumber" || one.name == "min";
    });
    if (numeric && wanted)
      out[field.name] = number;
    else
      out[field.name] = text;
  }
  return out;
}

json::array findings(const Fields& fields, const Row& given, Writing writing) {
  json::array errors;
  for (const Field& field : fields) {
    if (!field.given) continue;
    const auto* value = given.if_contains(field.name);
    const bool absent = value == nullptr || value->is_null();
    if (absent && !needed(field, writing)) continue;
    Invalid found{field.name, value};
    for (const Check& one : field.checks)
      if (absent || !one.holds(*value)) found.constraints.emplace_back(one.name, one.text(field.name));
    if (!absent && found.constraints.empty()) found.children = of_members(field, *value, writing);
    if (!found.constraints.empty() || !found.children.empty()) errors.push_back(finding(given, found));
  }
  return errors;
}

}  // namespace calsync::sandbox
