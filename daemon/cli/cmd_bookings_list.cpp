#include "daemon/cli/booking_list.hpp"
#include "daemon/cli/booking_rows.hpp"
#include "daemon/cli/command.hpp"
#include "daemon/cli/deep_json.hpp"
#include "daemon/cli/log_reader.hpp"
#include "daemon/cli/option_checks.hpp"
#include "daemon/cli/progress.hpp"
#include "daemon/cli/render.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

namespace calsync::cli {

namespace {
Result<void> show(Context& context, const std::vector<FoundBooking>& bookings, const Zone& zone) {
  Console& console = context.console;
  if (context.globals.json) {
    JsonList list(console);
    for (const auto& booking : bookings) {
      CALSYNC_TRY(value, "booking " + booking.name, parse_deep_json(booking.json));
      list.add(value);
    }
    list.end();
    return {};
  }
  Table table(console, booking_columns(zone));
  for (const auto& booking : bookings) {
    table.row(booking_cells(booking, zone));
    if (console.output_gone() || console.output_failed()) break;
  }
  table.end();
  if (bookings.empty()) console.note("nothing matches");
  return {};
}

void tell_place(Context& context, const BookingsAt& found) {
  if (found.place.sequence.value() == 0) return context.console.note("as of a time before the first event");
  context.console.note("as of event " + std::to_string(found.place.sequence.value()) + ", hash " +
                       to_hex(found.place.hash));
  if (found.erased > 0)
    context.console.note(counted(found.erased, "event") +
                         " up to there can no longer be read: erased on request");
}

Result<void> list(Context& context, const BookingWords& words, const std::string& as_of) {
  CALSYNC_TRY(zone, "list", Zone::find(words.zone));
  CALSYNC_TRY(found, "list", find_bookings(context, words, as_of));
  if (!as_of.empty()) tell_place(context, found);
  return show(context, found.bookings, zone);
}
}  // namespace

Result<BookingsAt> find_bookings(Context& context, const BookingWords& words, const std::string& as_of) {
  CALSYNC_TRY(filter, "bookings", booking_filter(words));
  CALSYNC_TRY(settings, "bookings", context.settings({"log.path"}));
  CALSYNC_TRY(reader, "bookings", LogReader::open(context, settings));
  Progress progress(context, "reading");
  ScanOptions scan;
  scan.stop = context.stop;
  scan.told = [&](std::uint64_t done, std::uint64_t total) { progress.count(done, total); };
  if (as_of.empty()) return bookings_now(reader.log(), filter, scan);
  CALSYNC_TRY(word, "bookings", parse_place(as_of, context.clock.wall()));
  return bookings_at(reader.log(), word, filter, scan);
}

Exit list_bookings(Context& context, const BookingWords& words, const std::string& as_of) {
  const auto listed = list(context, words, as_of);
  return listed ? Exit::done : context.fail(listed.error());
}

Action declare_bookings_list(CLI::App& app) {
  struct Options {
    BookingWords words;
    std::string as_of;
  };
  auto options = std::make_shared<Options>();
  declare_booking_filters(app, options->words);
  app.add_option("--as-of", options->as_of,
                 "as they were known then: at a time by which the log had it, or at an event's sequence")
      ->type_name("TIME|SEQ")
      ->check(readable([](const std::string& text) { return parse_place(text, {}); }));
  return [options](Context& context) { return list_bookings(context, options->words, options->as_of); };
}

}  // namespace calsync::cli
