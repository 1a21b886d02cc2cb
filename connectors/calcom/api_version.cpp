#include "connectors/calcom/api_version.hpp"

#include <algorithm>

namespace calsync {
namespace {

struct Group {
  std::string_view path;     // this path, and all below it
  std::string_view version;  // the shapes that this program reads and writes
};
constexpr Group groups[] = {
    {"/v2/bookings", "2024-08-13"},
    {"/v2/event-types", "2024-06-14"},
    {"/v2/schedules", "2024-06-11"},
    {"/v2/slots", "2024-09-04"},
};
// Organisations, teams, webhooks, /me, calendars, conferencing, Stripe, keys: answered in the newest shapes
// whatever is sent; also the two sub-resources of an event type, which its own version does not reach.
constexpr std::string_view all_others = "2024-08-13";

bool is_in(std::string_view path, std::string_view group) {
  return path.starts_with(group) && (path.size() == group.size() || path[group.size()] == '/');
}

bool is_own_resource_of_event_type(std::string_view path) {
  return is_in(path, "/v2/event-types") && (path.find("/webhooks") != std::string_view::npos ||
                                            path.find("/private-links") != std::string_view::npos);
}

}  // namespace

std::string_view api_version(std::string_view path) {
  path = path.substr(0, path.find('?'));
  if (is_own_resource_of_event_type(path)) return all_others;
  const auto* found =
      std::ranges::find_if(groups, [path](const Group& group) { return is_in(path, group.path); });
  return found == std::end(groups) ? all_others : found->version;
}

}  // namespace calsync
