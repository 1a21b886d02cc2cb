// The man page calsyncd(8), made from the same texts as `--help`. Pure.
#pragma once
#include <string>
#include <utility>
#include <vector>

namespace calsync {

struct ExitCode {
  const char* code;
  const char* meaning;
};
inline constexpr ExitCode exit_code_texts[] = {
    {"0", "ended by SIGTERM or SIGINT"},
    {"1",
     "failed; another try may go better: the log or an address is in use, the disk is full, a part ended"},
    {"64", "usage"},
    {"75", "stood down for a newer instance"},
    {"78", "refuses to start: bad settings, damaged or foreign log"},
};
inline constexpr const char* signals_text =
    "SIGHUP reads secrets and certificates again; SIGTERM and SIGINT end it within 10 s, a second one at "
    "once.";

// `options`: name and text of each.
std::string manual(const std::vector<std::pair<std::string, std::string>>& options);

}  // namespace calsync
