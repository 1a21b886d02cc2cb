// Time travel: what was known at a place in the log.
#include "daemon/cli/at_config.hpp"
#include "daemon/cli/booking_list.hpp"
#include "daemon/cli/command.hpp"
#include "daemon/cli/log_place.hpp"
#include "daemon/cli/option_checks.hpp"

#include <CLI/CLI.hpp>

namespace calsync::cli {

Action declare_at(CLI::App& app) {
  struct Options {
    BookingWords words;
    std::string place, what;
  };
  auto options = std::make_shared<Options>();
  const auto is_place = [](const std::string& text) -> std::string {
    return names_a_commit(text)
               ? ""
               : readable([](const std::string& word) { return parse_place(word, {}); })(text);
  };
  app.add_option("WHEN", options->place, "a time, an event's sequence, or (config) a commit that was applied")
      ->type_name("TIME|SEQ|COMMIT")
      ->required()
      ->check(is_place);
  app.add_option("WHAT", options->what, "config: the organisation; bookings")
      ->required()
      ->check(CLI::IsMember({"config", "bookings"}));
  declare_booking_filters(app, options->words);
  return [options](Context& context) {
    return options->what == "config" ? show_config_at(context, options->place)
                                     : list_bookings(context, options->words, options->place);
  };
}

}  // namespace calsync::cli
