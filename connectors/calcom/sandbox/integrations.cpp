// What is connected: in the sandbox nothing is, so each of these says what Cal.com says then (CONTRACT §13).
#include "connectors/calcom/sandbox/resources.hpp"

namespace calsync::sandbox {

namespace json = boost::json;

namespace {

Answer empty_list(World&, const Request&, const PathParams&) {
  return success(json::array{});
}

Answer no_default(World&, const Request&, const PathParams&) {
  return {200, json::object{{"status", "success"}}};
}

Answer no_app(World&, const Request&, const PathParams&) {
  return refused(400, "Invalid conferencing app. Available apps: GOOGLE_MEET.");
}

Answer no_calendars(World&, const Request&, const PathParams&) {
  return success(
      json::object{{"connectedCalendars", json::array{}}, {"destinationCalendar", json::object{}}});
}

Answer no_calendar(World&, const Request&, const PathParams& params) {
  return refused(400, "Credentials for " + params.text("calendar") + "_calendar not found.");
}

Answer not_your_calendar(World&, const Request&, const PathParams&) {
  return refused(401, "These credentials do not belong to you");
}

// Where a person would log in: nothing answers there, as nothing can be connected to a sandbox.
Answer link_to(const char* member, const std::string& path) {
  return success(json::object{{member, "https://sandbox.invalid" + path}});
}

Answer app_link(World&, const Request&, const PathParams& params) {
  const std::string& app = params.text("app");
  if (app != "zoom" && app != "google-meet" && app != "office365-video")
    return refused(400, "Invalid conferencing app, available apps: zoom, google-meet, office365-video");
  return link_to("url", "/oauth/" + app);
}

Answer stripe_link(World&, const Request&, const PathParams&) {
  return link_to("authUrl", "/oauth/stripe");
}

Answer no_stripe(World&, const Request&, const PathParams&) {
  return refused(404, "Credentials for stripe not found.");
}

}  // namespace

Routes integration_routes() {
  const std::string team = "/v2/organizations/{orgId}/teams/{teamId}";
  return {{"GET", "/v2/conferencing", Versions::any, Role::user, empty_list},
          {"GET", "/v2/conferencing/default", Versions::any, Role::user, no_default},
          {"POST", "/v2/conferencing/{app}/connect", Versions::any, Role::user, no_app},
          {"GET", team + "/conferencing", Versions::any, Role::team_admin, empty_list},
          {"GET", team + "/conferencing/default", Versions::any, Role::team_admin, no_default},
          {"GET", "/v2/calendars", Versions::any, Role::user, no_calendars},
          {"GET", "/v2/calendars/{calendar}/check", Versions::any, Role::user, no_calendar},
          {"GET", "/v2/calendars/busy-times", Versions::any, Role::user, not_your_calendar},
          {"GET", "/v2/stripe/check", Versions::any, Role::user, no_stripe},
          {"GET", team + "/conferencing/{app}/oauth/auth-url", Versions::any, Role::team_admin, app_link},
          {"GET", team + "/stripe/connect", Versions::any, Role::team_admin, stripe_link},
          {"GET", team + "/stripe/check", Versions::any, Role::team_admin, no_stripe}};
}

}  // namespace calsync::sandbox
