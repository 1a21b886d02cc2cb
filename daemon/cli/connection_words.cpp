#include "daemon/cli/connection_words.hpp"

#include "daemon/people/integrations.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace calsync::cli {
namespace {

namespace json = boost::json;

constexpr std::chrono::days told_within{30};

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

// Nobody's log is no mistake: then nothing is known.
Result<IntegrationsSeen> what_bookings_told(Context& context, const CalcomAccess& access,
                                            const Settings& settings, const std::string& email) {
  const Instant since = context.clock.wall() - told_within;
  if (access.log() != nullptr) return integrations_seen(*access.log(), email, since);
  auto reader = LogReader::open(context, settings);
  if (!reader && reader.error().code == Errc::not_found) return IntegrationsSeen{};
  if (!reader) return reader.error();
  return integrations_seen(reader->log(), email, since);
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

Result<json::object> person_connections(Context& context, CalcomAccess& access, const Settings& settings,
                                        const std::string& email) {
  CALSYNC_TRY(seen, "bookings",
              hosting_evidence(access.api(), settings.calcom.organization_id, email, context.clock.wall()));
  CALSYNC_TRY(told, "deliveries", what_bookings_told(context, access, settings, email));
  const std::string calendars = settings_page(settings, "/settings/my-account/calendars"),
                    video = settings_page(settings, "/settings/my-account/conferencing"),
                    profile = settings_page(settings, "/settings/my-account/profile");
  json::object out{
      {"email", email},
      {"calendars", calendars},
      {"conferencing", video},
      {"profile", profile},
      {"checklist", json::array{json::object{{"what", "name and picture"}, {"link", profile}},
                                json::object{{"what", "calendar connected"}, {"link", calendars}},
                                json::object{{"what", "video connected"}, {"link", video}}}},
      {"bookings", seen.bookings},
      {"withoutPlace", seen.without_place},
      {"deliveries", told.deliveries},
      {"withoutCalendar", told.without_calendar}};
  json::array apps;
  for (const auto& [name, app] : told.apps)
    apps.push_back(json::object{{"app", name},
                                {"works", app.last_worked},
                                {"worked", app.worked},
                                {"failed", app.failed},
                                {"lastAt", to_text(app.last)},
                                {"lastError", or_null(app.last_error)}});
  out["apps"] = std::move(apps);
  return out;
}

namespace {

std::uint64_t count_of(const json::object& found, const char* name) {
  return found.at(name).to_number<std::uint64_t>();
}

void show_app(Context& context, const json::object& app) {
  const bool works = app.at("works").as_bool();
  std::string line =
      "  " + printable(app.at("app").as_string()) + ": " +
      (works ? context.console.paint(Paint::good, "works") : context.console.paint(Paint::bad, "failed")) +
      " (last told of " + std::string(app.at("lastAt").as_string()) + "; worked in " +
      std::to_string(count_of(app, "worked")) + ", failed in " + std::to_string(count_of(app, "failed")) +
      ")";
  if (const auto* error = app.at("lastError").if_string(); error != nullptr && !works)
    line += ": " + printable(*error);
  context.console.line(line);
}

void show_place(Context& context, std::uint64_t bookings, std::uint64_t without_place) {
  if (bookings == 0)
    context.console.line("They host no booking yet, so that nothing is known of it.");
  else if (without_place == 0)
    context.console.line("All of their " + std::to_string(bookings) +
                         " bookings have a place or a link: the connection works.");
  else
    context.console.line(context.console.paint(Paint::warn, std::to_string(without_place) + " of their " +
                                                                std::to_string(bookings) +
                                                                " bookings have no place and no link") +
                         ": their video connection is missing or broken.");
}

}  // namespace

Result<void> show_person_connections(Context& context, CalcomAccess& access, const Settings& settings,
                                     const std::string& email) {
  CALSYNC_TRY(found, "connections", person_connections(context, access, settings, email));
  if (context.globals.json) {
    context.console.line(json::serialize(found));
    return {};
  }
  context.console.line("Only they can do this, logged in as " + printable(email) +
                       " (Cal.com shows it to nobody else):");
  for (const auto& one : found.at("checklist").as_array()) {
    std::string what(one.at("what").as_string());
    what.resize(std::max<std::size_t>(what.size(), 22), ' ');
    context.console.line("  [ ] " + what + std::string(one.at("link").as_string()));
  }
  show_place(context, count_of(found, "bookings"), count_of(found, "withoutPlace"));
  if (count_of(found, "deliveries") == 0) return {};
  context.console.line("What Cal.com told of their apps with " +
                       std::to_string(count_of(found, "deliveries")) + " bookings of the last " +
                       std::to_string(told_within.count()) + " days:");
  for (const auto& app : found.at("apps").as_array()) show_app(context, app.as_object());
  if (count_of(found, "withoutCalendar") == count_of(found, "deliveries"))
    context.console.line(context.console.paint(Paint::warn, "None of them was written into a calendar") +
                         ": they have connected none.");
  return {};
}

}  // namespace calsync::cli
