// Time travel: what was known at a place in the log.
#include "daemon/cli/booking_list.hpp"
#include "daemon/cli/command.hpp"
#include "daemon/cli/log_place.hpp"
#include "daemon/cli/option_checks.hpp"

#include <CLI/CLI.hpp>

namespace calsync::cli {

namespace {
std::string what_problem(const std::string& word) {
  if (word == "bookings") return "";
  if (word == "config") return "the configuration of a time past is not in this version: only bookings are";
  return "\"" + word + "\" is nothing that was known: use bookings";
}
}  // namespace

Action declare_at(CLI::App& app) {
  struct Options {
    BookingWords words;
    std::string place, what;
  };
  auto options = std::make_shared<Options>();
  app.add_option("WHEN", options->place, "a time, or an event's sequence")
      ->type_name("TIME|SEQ")
      ->required()
      ->check(readable([](const std::string& text) { return parse_place(text, {}); }));
  app.add_option("WHAT", options->what, "bookings")->required()->check(what_problem);
  declare_booking_filters(app, options->words);
  return [options](Context& context) { return list_bookings(context, options->words, options->place); };
}

}  // namespace calsync::cli
