// POST and GET /control/poll: asks the daemon's own poller, which goes on when the asker is gone.
#include "daemon/admin/control_routes.hpp"
#include "daemon/admin/status.hpp"

#include <boost/json.hpp>

namespace calsync {
namespace json = boost::json;
namespace {

ServerResponse polls_json(const std::optional<PollStatus>& poller, unsigned status) {
  if (!poller)
    return error_response(503, "unavailable",
                          "this daemon polls nothing: set calcom.organization_id and calcom.api_key");
  json::object object{{"polls", poller->polls}, {"found", poller->found}, {"lastError", nullptr}};
  if (!poller->last_error.empty()) object["lastError"] = poller->last_error;
  return {.status = status, .body = json::serialize(object)};
}

std::optional<PollStatus> poll_status(const AdminSources& sources) {
  return sources.poller ? sources.poller() : std::nullopt;
}

}  // namespace

ServerResponse begin_poll(const AdminSources& sources) {
  const auto before = poll_status(sources);  // its count first: a poll that ends now was not asked for
  if (before && sources.sweep_soon) sources.sweep_soon();
  return polls_json(before, 202);
}

ServerResponse show_poll(const AdminSources& sources) {
  return polls_json(poll_status(sources), 200);
}

}  // namespace calsync
