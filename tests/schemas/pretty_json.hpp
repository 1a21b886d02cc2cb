// JSON for people: two spaces a level; what fits a line stays on it. Keeps the order of keys. Pure.
#pragma once
#include <boost/json/value.hpp>

#include <string>

namespace calsync {

std::string pretty_json(const boost::json::value& value);

}  // namespace calsync
