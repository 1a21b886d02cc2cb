#include "daemon/people/connections.hpp"

#include "config/resources/values.hpp"
#include "connectors/calcom/api_answer.hpp"
#include "connectors/calcom/live_booking.hpp"
#include "connectors/calcom/paging.hpp"
#include "connectors/calcom/query.hpp"
#include "state/events/email.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace calsync {
namespace json = boost::json;
namespace {

struct App {
  const char *name, *type;  // in paths and files; in Cal.com's list
};
constexpr App apps[] = {
    {"google-meet", "google_video"}, {"zoom", "zoom_video"}, {"office365-video", "office365_video"}};
constexpr std::chrono::days looked_back{30};

// {"data":{"url"|"authUrl":TEXT}}
std::string link_in(const ApiAnswer& answer) {
  boost::system::error_code failed;
  const json::value body = json::parse(answer.body, failed);
  if (failed || !body.is_object()) return {};
  const json::object* data = object_in(body.get_object(), "data");
  const json::object& from = data != nullptr ? *data : body.get_object();
  const std::string url = text_in(from, "url");
  return url.empty() ? text_in(from, "authUrl") : url;
}

Result<Connection> with_link(CalcomReads& api, Connection one, const std::string& path) {
  CALSYNC_TRY(answer, one.app, api.get(path, ApiUse::interactive));
  one.link = answer.ok() ? link_in(answer) : std::string();
  if (one.link.empty())
    one.reason =
        answer.message.empty() ? "Cal.com gives no link: connect it in the team's settings" : answer.message;
  return one;
}

}  // namespace

Result<std::vector<Connection>> team_connections(CalcomReads& api, std::int64_t organization,
                                                 const std::string& team_id) {
  const std::string team = "/v2/organizations/" + std::to_string(organization) + "/teams/" + team_id;
  CALSYNC_TRY(rows, "conferencing", list_once(api, team + "/conferencing", ApiUse::interactive));
  std::vector<Connection> out;
  for (const App& app : apps) {
    Connection one{.app = app.name};
    for (const auto& [id, row] : rows)
      if (text_in(row, "type") == app.type) {
        const json::value* invalid = row.if_contains("invalid");
        one.connected = invalid == nullptr || *invalid != json::value(true);
        if (!one.connected) one.reason = "connected, and no longer valid: connect it again";
      }
    if (!one.connected) {
      CALSYNC_TRY(linked, app.name,
                  with_link(api, std::move(one), team + "/conferencing/" + app.name + "/oauth/auth-url"));
      one = std::move(linked);
    }
    out.push_back(std::move(one));
  }
  CALSYNC_TRY(paid, "stripe", api.get(team + "/stripe/check", ApiUse::interactive));
  Connection stripe{.app = "stripe", .connected = paid.ok()};  // 404 and 400 are answers, too
  if (!stripe.connected) {
    CALSYNC_TRY(linked, "stripe", with_link(api, std::move(stripe), team + "/stripe/connect"));
    stripe = std::move(linked);
  }
  out.push_back(std::move(stripe));
  return out;
}

Result<HostingEvidence> hosting_evidence(CalcomReads& api, std::int64_t organization,
                                         const std::string& email, Instant now) {
  const std::string path = Query("/v2/organizations/" + std::to_string(organization) + "/bookings")
                               .add("sortStart", "asc")
                               .add("afterStart", to_text(now - looked_back))
                               .path();
  CALSYNC_TRY(rows, "bookings", list_all(api, path, ApiUse::interactive));
  HostingEvidence out;
  for (const auto& [uid, row] : rows) {
    CALSYNC_TRY(booking, "bookings", read_live_booking(row));
    const bool theirs = std::ranges::any_of(
        booking.hosts, [&](const LivePerson& host) { return equal_ignoring_case(host.email, email); });
    if (!theirs || !booking.is_active()) continue;
    ++out.bookings;
    const std::string place = text_in(row, "location");
    if (place.empty() || place.starts_with("integrations:")) ++out.without_place;
  }
  return out;
}

}  // namespace calsync
