#include "connectors/calcom/sandbox/checks.hpp"

#include "connectors/calcom/sandbox/zones.hpp"

#include <algorithm>
#include <regex>

namespace calsync::sandbox {

namespace json = boost::json;

std::string Check::text(std::string_view property) const {
  std::string out = says;
  if (const auto at = out.find('$'); at != std::string::npos) out.replace(at, 1, property);
  return out;
}

namespace check {

namespace {

std::string joined(Names values, std::string_view between) {
  std::string out;
  for (const auto value : values) out.append(out.empty() ? "" : between).append(value);
  return out;
}

std::function<bool(const json::value&)> among(Names values) {
  return [all = std::vector<std::string>(values.begin(), values.end())](const json::value& value) {
    return value.is_string() &&
           std::find(all.begin(), all.end(), std::string_view(value.get_string())) != all.end();
  };
}

std::function<bool(const json::value&)> each(std::function<bool(const json::value&)> holds) {
  return [holds = std::move(holds)](const json::value& value) {
    const auto* list = value.if_array();
    return list != nullptr && std::all_of(list->begin(), list->end(), holds);
  };
}

std::function<bool(const json::value&)> like(std::string_view pattern) {
  return [regex = std::regex(pattern.begin(), pattern.end())](const json::value& value) {
    return value.is_string() && std::regex_match(value.get_string().begin(), value.get_string().end(), regex);
  };
}

std::string number_text(std::int64_t bound) {
  return std::to_string(bound);
}

}  // namespace

Check string() {
  return {"isString", "$ must be a string", [](const json::value& value) { return value.is_string(); }};
}
Check boolean() {
  return {"isBoolean", "$ must be a boolean value", [](const json::value& value) { return value.is_bool(); }};
}
Check integer() {
  return {"isInt", "$ must be an integer number",
          [](const json::value& value) { return value.is_int64() || value.is_uint64(); }};
}
Check number() {
  return {"isNumber", "$ must be a number conforming to the specified constraints",
          [](const json::value& value) { return value.is_number(); }};
}
Check object() {
  return {"isObject", "$ must be an object", [](const json::value& value) { return value.is_object(); }};
}
Check array() {
  return {"isArray", "$ must be an array", [](const json::value& value) { return value.is_array(); }};
}
Check length(std::size_t bound) {
  return {
      "isLength", "$ must be longer than or equal to " + std::to_string(bound) + " characters",
      [bound](const json::value& value) { return value.is_string() && value.get_string().size() >= bound; }};
}
Check least(std::int64_t bound) {
  return {"min", "$ must not be less than " + number_text(bound), [bound](const json::value& value) {
            return value.is_number() && value.to_number<double>() >= static_cast<double>(bound);
          }};
}
Check most(std::int64_t bound) {
  return {"max", "$ must not be greater than " + number_text(bound), [bound](const json::value& value) {
            return value.is_number() && value.to_number<double>() <= static_cast<double>(bound);
          }};
}
Check email() {
  return {"isEmail", "$ must be an email", like(R"([^@\s]+@[^@\s.]+(\.[^@\s.]+)+)")};
}
Check time_zone(std::string name, std::string says) {
  return {std::move(name), std::move(says), [](const json::value& value) {
            return value.is_string() && zone_name(value.get_string()).has_value();
          }};
}
Check matches(std::string_view pattern, std::string says) {
  return {"matches", std::move(says), like(pattern)};
}
Check not_empty(std::string says) {
  return {"arrayMinSize", std::move(says),
          [](const json::value& value) { return value.is_array() && !value.get_array().empty(); }};
}
Check one_of(Names values) {
  return {"isEnum", "$ must be one of the following values: " + joined(values, ", "), among(values)};
}
Check each_one_of(Names values) {
  return {"isEnum", "each value in $ must be one of the following values: " + joined(values, ", "),
          each(among(values))};
}
Check in(Names values, std::string_view between) {
  return {"isIn", "$ must be one of the following values: " + joined(values, between), among(values)};
}
Check each_in(Names values) {
  return {"isIn", "each value in $ must be one of the following values: " + joined(values, ", "),
          each(among(values))};
}

}  // namespace check
}  // namespace calsync::sandbox
