#include "daemon/cli/booking_words.hpp"

#include "daemon/cli/option_checks.hpp"

#include <CLI/CLI.hpp>

namespace calsync::cli {

namespace {
Result<Instant> day_or_instant_in_utc(const std::string& text) {
  if (text.size() != 10) return parse_instant(text);
  CALSYNC_TRY(day, "read", parse_day(text));
  return Instant{std::chrono::sys_days(day)};
}
}  // namespace

void declare_zone(CLI::App& app, std::string& zone) {
  app.add_option("--timezone", zone, "in whose days dates are meant, and times are shown: Europe/London")
      ->type_name("ZONE")
      ->capture_default_str()
      ->check(readable(Zone::find));
}

void declare_status(CLI::App& app, std::vector<std::string>& status, const char* text) {
  app.add_option("--status", status, text)
      ->type_name("WORD")
      ->delimiter(',')
      ->check(readable([](const std::string& word) { return statuses({word}); }))
      ->group("Filters");
}

void declare_booking_filters(CLI::App& app, BookingWords& words) {
  const auto add = [&app](const char* name, std::string& into, const char* text, const char* type) {
    return app.add_option(name, into, text)->type_name(type)->group("Filters");
  };
  add("--uid", words.uid, "this booking", "UID");
  add("--chain", words.chain, "the booking with this uid, and all that it was rescheduled to", "UID");
  add("--host", words.host, "with this host", "EMAIL");
  add("--attendee", words.attendee, "with this attendee", "EMAIL");
  add("--event-type", words.event_type, "of this event type", "SLUG|ID");
  add("--team", words.team, "of this team", "NAME|ID");
  declare_status(app, words.status,
                 "accepted, pending, awaiting_host, rejected or cancelled; several with commas");
  add("--from", words.from, "that start on this day or later: 2026-11-20, 2026-11-20T09:30:00Z", "TIME")
      ->check(readable(day_or_instant_in_utc));
  add("--to", words.to, "that start on this day or before (of an instant: before it)", "TIME")
      ->check(readable(day_or_instant_in_utc));
  add("--text", words.text, "with this in names, addresses, title, description, place or service", "TEXT");
  declare_zone(app, words.zone);
}

Result<Instant> day_or_instant(std::string_view text, const Zone& zone, DayEdge edge) {
  if (text.size() != 10) return parse_instant(text);
  CALSYNC_TRY(day, "read", parse_day(text));
  if (edge == DayEdge::first) return zone.start_of(day);
  return zone.start_of(std::chrono::sys_days(day) + std::chrono::days{1});
}

Result<std::vector<BookingStatus>> statuses(const std::vector<std::string>& words) {
  std::vector<BookingStatus> found;
  for (const auto& word : words) {
    const auto status = booking_status(word);
    if (status) {
      found.push_back(*status);
      continue;
    }
    std::string known;
    for (const auto one : all_booking_statuses)
      known += (known.empty() ? "" : ", ") + std::string(to_text(one));
    return Error{Errc::rejected, "\"" + word + "\" is no status: there are " + known};
  }
  return found;
}

Result<BookingFilter> booking_filter(const BookingWords& words) {
  BookingFilter filter{.uid = words.uid,
                       .chain = words.chain,
                       .host = words.host,
                       .attendee = words.attendee,
                       .event_type = words.event_type,
                       .team = words.team,
                       .text = words.text};
  CALSYNC_TRY(status, "--status", statuses(words.status));
  filter.status = std::move(status);
  CALSYNC_TRY(zone, "--timezone", Zone::find(words.zone));
  if (!words.from.empty()) {
    CALSYNC_TRY(from, "--from", day_or_instant(words.from, zone, DayEdge::first));
    filter.from = from;
  }
  if (!words.to.empty()) {
    CALSYNC_TRY(to, "--to", day_or_instant(words.to, zone, DayEdge::after));
    filter.to = to;
  }
  return filter;
}

}  // namespace calsync::cli
