#include "daemon/cli/connection_words.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace calsync::cli {
namespace {

namespace json = boost::json;

json::value or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

// Where people look at their own settings: of cal.com the web site, of a server of one's own the same machine as a rule.
std::string settings_page(const Settings& settings, const char* page) {
  std::string base = settings.calcom.base_url;
  const std::string api = "https://api.";
  if (base.starts_with(api)) base = "https://app." + base.substr(api.size());
  return base + page;
}

}  // namespace

Result<bool> show_team_connections(Context& context, CalcomAccess& access, std::int64_t organization,
                                   const std::string& slug, const std::string& team_id) {
  CALSYNC_TRY(all, "connections", team_connections(access.api(), organization, team_id));
  if (context.globals.json) {
    json::array list;
    for (const Connection& one : all)
      list.push_back(json::object{{"app", one.app},
                                  {"connected", one.connected},
                                  {"link", or_null(one.link)},
                                  {"reason", or_null(one.reason)}});
    context.console.line(json::serialize(json::object{{"team", slug}, {"connections", std::move(list)}}));
  } else {
    for (const Connection& one : all) {
      const std::string state = one.connected ? context.console.paint(Paint::good, "connected")
                                              : context.console.paint(Paint::warn, "not connected");
      context.console.line(one.app + ": " + state +
                           (one.reason.empty() ? "" : " (" + printable(one.reason) + ")"));
      if (!one.link.empty()) context.console.line("  " + printable(one.link));
    }
  }
  return std::ranges::all_of(all, &Connection::connected);
}

Result<void> show_person_connections(Context& context, CalcomAccess& access, const Settings& settings,
                                     const std::string& email) {
  CALSYNC_TRY(seen, "bookings",
              hosting_evidence(access.api(), settings.calcom.organization_id, email, context.clock.wall()));
  const std::string calendars = settings_page(settings, "/settings/my-account/calendars"),
                    video = settings_page(settings, "/settings/my-account/conferencing"),
                    profile = settings_page(settings, "/settings/my-account/profile");
  if (context.globals.json) {
    context.console.line(json::serialize(json::object{{"email", email},
                                                      {"calendars", calendars},
                                                      {"conferencing", video},
                                                      {"profile", profile},
                                                      {"bookings", seen.bookings},
                                                      {"withoutPlace", seen.without_place}}));
    return {};
  }
  context.console.line("Only they can do this, logged in as " + printable(email) +
                       " (Cal.com shows it to nobody else):");
  context.console.line("  [ ] name and picture      " + profile);
  context.console.line("  [ ] calendar connected    " + calendars);
  context.console.line("  [ ] video connected       " + video);
  if (seen.bookings == 0)
    context.console.line("They host no booking yet, so that nothing is known of it.");
  else if (seen.without_place == 0)
    context.console.line("All of their " + std::to_string(seen.bookings) +
                         " bookings have a place or a link: the connection works.");
  else
    context.console.line(context.console.paint(Paint::warn, std::to_string(seen.without_place) +
                                                                " of their " + std::to_string(seen.bookings) +
                                                                " bookings have no place and no link") +
                         ": their video connection is missing or broken.");
  return {};
}

}  // namespace calsync::cli
