// What every command is given: the global options, the console, the clock, and the request to stop.
#pragma once
#include "config/settings/settings.hpp"
#include "daemon/cli/console.hpp"
#include "daemon/cli/exit.hpp"

#include <initializer_list>
#include <optional>

namespace calsync::cli {

struct Globals {
  std::string settings = "/etc/calsync/calsyncd.yaml";
  bool json = false;
  bool yes = false;
  ColorMode color = ColorMode::automatic;
};

struct SettingsForCommand {
  std::optional<Settings> settings;  // nullopt: what the command needs is wrong
  std::vector<std::string> errors;   // "FILE:LINE: what", all of them
  Error why{};                       // where there are no settings: in one line
};

struct Context {
  Globals globals;
  Console& console;
  Clock& clock;
  std::stop_token stop;  // SIGINT, SIGTERM: end soon, clean up, no half answers

  // `needed`: what the command needs of the file, by path. Errors elsewhere in it are warned of, and no reason to
  // stop; sections may be missing. Fails: rejected, with every error told, each with its line.
  [[nodiscard]] Result<Settings> settings(std::initializer_list<std::string_view> needed) const;
  [[nodiscard]] SettingsForCommand read_settings(std::initializer_list<std::string_view> needed) const;
  Exit fail(const Error& error) const;
  Exit misused(const Error& error) const;  // words that only the settings show to be wrong
  // The plan is on the console already. done: go on; anything else: end with it.
  // --yes is the answer where nobody is.
  Exit confirm(std::string_view question) const;
};

}  // namespace calsync::cli
