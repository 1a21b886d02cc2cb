#include "daemon/cli/context.hpp"

namespace calsync::cli {

Result<Settings> Context::settings() const {
  CALSYNC_TRY(read, "read settings", read_settings_file(globals.settings));
  if (read.errors.empty()) return std::move(read.settings);
  const auto lines = render_errors(globals.settings, read.errors);
  for (const auto& line : lines) console.note(printable(line));
  return Error{Errc::rejected, std::to_string(lines.size()) +
                                   (lines.size() == 1 ? " error in " : " errors in ") + globals.settings};
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
