// Reading a row: what is absent, null or of another kind reads as nothing.
#pragma once
#include <boost/json.hpp>

#include <cstdint>
#include <string_view>

namespace calsync::sandbox {

std::string_view text_of(const boost::json::object& row, std::string_view name);  // ""
std::int64_t number_of(const boost::json::object& row, std::string_view name);    // 0
bool flag_of(const boost::json::object& row, std::string_view name);              // false
bool is_null(const boost::json::object& row, std::string_view name);              // also: absent

}  // namespace calsync::sandbox
