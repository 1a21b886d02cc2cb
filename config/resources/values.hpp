// Values of JSON objects as they are asked for: nothing where there is none, or one of another type.
#pragma once
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <optional>
#include <string>

namespace calsync {

inline std::string text_in(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}
inline std::optional<std::int64_t> number_in(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_int64() ? std::optional(value->get_int64()) : std::nullopt;
}
inline bool true_in(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}
inline const boost::json::array* list_in(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr ? value->if_array() : nullptr;
}
inline const boost::json::object* object_in(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr ? value->if_object() : nullptr;
}
// An object that is stated and not `{disabled: true}`.
inline const boost::json::object* switched_on(const boost::json::object& object, std::string_view name) {
  const auto* value = object_in(object, name);
  return value != nullptr && !true_in(*value, "disabled") ? value : nullptr;
}

}  // namespace calsync
