#include "daemon/cli/booking_list.hpp"
#include "daemon/cli/booking_rows.hpp"
#include "daemon/cli/command.hpp"
#include "daemon/cli/render.hpp"
#include "state/views/people_seen.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

namespace calsync::cli {
namespace {

std::string role_of(const SeenPerson& person) {
  if (person.host && person.attendee) return "host, attendee";
  return person.host ? "host" : "attendee";
}

void show_people(Context& context, const std::vector<SeenPerson>& people, const Zone& zone) {
  Console& console = context.console;
  if (context.globals.json) {
    JsonList list(console);
    for (const auto& person : people) list.add(to_json(person));
    return list.end();
  }
  Table table(console, {{"E-MAIL", false, true},
                        {"NAME", false, true},
                        {"ROLE"},
                        {"BOOKINGS", true},
                        {"FIRST (" + zone.name() + ")"},
                        {"LAST"}});
  const auto minute = [&](const std::optional<Instant>& at) { return at ? local_minute(*at, zone) : "-"; };
  for (const auto& person : people)
    table.row({{person.email},
               {person.name.empty() ? "-" : person.name},
               {role_of(person)},
               {std::to_string(person.bookings)},
               {minute(person.first)},
               {minute(person.last)}});
  table.end();
  if (people.empty()) console.note("nobody matches");
}

Result<void> list_people(Context& context, const BookingWords& words) {
  CALSYNC_TRY(zone, "list", Zone::find(words.zone));
  CALSYNC_TRY(now, "list", find_bookings(context, words, {}));
  PeopleSeen people;
  for (const auto& booking : now.bookings) people.take(booking);
  show_people(context, people.by_email(), zone);
  return {};
}

}  // namespace

Action declare_bookings_people(CLI::App& app) {
  auto words = std::make_shared<BookingWords>();
  declare_booking_filters(app, *words);
  return [words](Context& context) {
    const auto listed = list_people(context, *words);
    return listed ? Exit::done : context.fail(listed.error());
  };
}

}  // namespace calsync::cli
