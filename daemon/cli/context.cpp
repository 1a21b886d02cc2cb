#include "daemon/cli/context.hpp"

#include "config/settings/concern.hpp"
#include "connectors/secrets/servers.hpp"

namespace calsync::cli {

SettingsForCommand Context::read_settings(std::initializer_list<std::string_view> needed) const {
  auto read = read_settings_file(globals.settings);
  if (!read) return {std::nullopt, {read.error().what}, read.error()};
  SettingsForCommand result{std::nullopt, render_errors(globals.settings, read->errors), {}};
  const auto matters = [&needed](const SettingsError& error) {
    return concerns(error, {needed.begin(), needed.size()});
  };
  use_secret_servers(read->settings.vault, read->settings.doppler);
  if (std::ranges::none_of(read->errors, matters))
    result.settings = std::move(read->settings);
  else
    result.why = {Errc::rejected, std::to_string(result.errors.size()) +
                                      (result.errors.size() == 1 ? " error in " : " errors in ") +
                                      globals.settings};
  return result;
}

Result<Settings> Context::settings(std::initializer_list<std::string_view> needed) const {
  auto read = read_settings(needed);
  if (!read.settings && read.why.code != Errc::rejected) return read.why;
  for (const auto& error : read.errors) console.note((read.settings ? "warning: " : "") + printable(error));
  if (!read.settings) return read.why;
  return *std::move(read.settings);
}

Exit Context::fail(const Error& error) const {
  console.error(error);
  return exit_for(error);
}

Exit Context::misused(const Error& error) const {
  console.error(error);
  return Exit::usage;
}

Exit Context::confirm(std::string_view question) const {
  if (globals.yes) return Exit::done;
  const auto answer = console.confirm(question);
  if (!answer) {
    console.error(answer.error());
    return answer.error().code == Errc::cancelled ? Exit::failed : Exit::refused;
  }
  if (*answer) return Exit::done;
  console.note("nothing was done");
  return Exit::failed;
}

}  // namespace calsync::cli
