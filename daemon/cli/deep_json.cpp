#include "daemon/cli/deep_json.hpp"

#include <boost/json.hpp>

namespace calsync::cli {

namespace {
// A body may have 64 levels (connectors/calcom/wire/json_document.cpp); an event's value and the daemon's
// answer put a few more around it.
constexpr std::size_t levels_most = 72;
}  // namespace

Result<boost::json::value> parse_deep_json(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = levels_most;
  boost::json::error_code bad;
  auto value = boost::json::parse({text.data(), text.size()}, bad, {}, options);
  if (bad) return Error{Errc::corrupt, "is no JSON: " + bad.message()};
  return value;
}

}  // namespace calsync::cli
