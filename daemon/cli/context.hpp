// What every command is given: the global options, the console, the clock, and the request to stop.
#pragma once
#include "config/settings/settings.hpp"
#include "daemon/cli/console.hpp"
#include "daemon/cli/exit.hpp"

namespace calsync::cli {

struct Globals {
  std::string settings = "/etc/calsync/calsyncd.yaml";
  bool json = false;
  bool yes = false;
  ColorMode color = ColorMode::automatic;
};

struct Context {
  Globals globals;
  Console& console;
  Clock& clock;
  std::stop_token stop;  // SIGINT, SIGTERM: end soon, clean up, no half answers

  // Every error of the file at once, each with its line. Sections that a command does not need may be
  // missing.
  [[nodiscard]] Result<Settings> settings() const;
  Exit fail(const Error& error) const;
  Exit misused(const Error& error) const;  // words that only the settings show to be wrong
  // The plan is on the console already. done: go on; anything else: end with it. --yes is the answer where
  // nobody is.
  Exit confirm(std::string_view question) const;
};

}  // namespace calsync::cli
