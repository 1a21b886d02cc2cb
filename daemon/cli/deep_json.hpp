// JSON that came from Cal.com, or holds what did: deeper than Boost.JSON reads by default. Pure.
#pragma once
#include "state/base/error.hpp"

#include <boost/json/value.hpp>

#include <string_view>

namespace calsync::cli {

// Fails: corrupt.
Result<boost::json::value> parse_deep_json(std::string_view text);

}  // namespace calsync::cli
