#include "connectors/calcom/sandbox/row.hpp"

namespace calsync::sandbox {

std::string_view text_of(const boost::json::object& row, std::string_view name) {
  const auto* value = row.if_contains(name);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view{};
}

std::int64_t number_of(const boost::json::object& row, std::string_view name) {
  const auto* value = row.if_contains(name);
  return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

bool flag_of(const boost::json::object& row, std::string_view name) {
  const auto* value = row.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

bool is_null(const boost::json::object& row, std::string_view name) {
  const auto* value = row.if_contains(name);
  return value == nullptr || value->is_null();
}

}  // namespace calsync::sandbox
