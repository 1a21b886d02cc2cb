// Members of a row of the API. Pure.
#pragma once
#include "state/base/time.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace calsync {

// "" where it is missing or no text.
inline std::string text_in(const boost::json::object& row, std::string_view name) {
  const boost::json::value* value = row.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}
inline std::optional<Instant> instant_in(const boost::json::object& row, std::string_view name) {
  const auto instant = parse_instant(text_in(row, name));
  return instant ? std::optional(*instant) : std::nullopt;
}

}  // namespace calsync
