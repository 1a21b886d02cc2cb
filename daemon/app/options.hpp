// calsyncd's command line (DESIGN §5). Owner: main(). Pure but for what it prints.
#pragma once
#include "state/base/log.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace calsync {

inline constexpr int exit_failed = 1;
inline constexpr int exit_usage = 64;  // EX_USAGE
// EX_TEMPFAIL: a newer instance publishes; systemd must not restart us.
inline constexpr int exit_stood_down = 75;
// EX_CONFIG: bad settings, damaged or foreign log; a restart changes nothing.
inline constexpr int exit_refused = 78;

enum class DaemonTask { run, check, print_settings, print_example };

struct DaemonOptions {
  DaemonTask task = DaemonTask::run;
  std::string settings_file = "/etc/calsync/calsyncd.yaml";
  std::optional<std::uint64_t> accept_cursor;
  bool takeover = false;
  log::Form form = log::Form::json;
  log::Level least = log::Level::info;
};

struct ParsedOptions {
  DaemonOptions options;
  std::optional<int> exit;  // set: all is said (help, version, a wrong option), end with this code
};
ParsedOptions parse_options(int argc, const char* const* argv);

// systemd sets JOURNAL_STREAM to device:inode of the stream it gave us; a redirected stderr does not match.
bool stderr_is_journal();

}  // namespace calsync
