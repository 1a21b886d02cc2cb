#include "daemon/app/manual.hpp"

#include "config/settings/settings.hpp"
#include "state/base/roff.hpp"

#include <sstream>

namespace calsync {
namespace {

// settings_help(): "path  text  default: value", a line each.
std::string settings_items() {
  std::string out;
  std::istringstream lines(settings_help());
  for (std::string line; std::getline(lines, line);) {
    const auto space = line.find("  ");
    out += roff::item(line.substr(0, space), line.substr(space + 2));
  }
  return out;
}

}  // namespace

std::string manual(const std::vector<std::pair<std::string, std::string>>& options) {
  std::string out = ".TH CALSYNCD 8 \"\" \"calsync " CALSYNC_VERSION "\" \"System Administration\"\n";
  out += ".SH NAME\ncalsyncd \\- takes Cal.com's webhooks into a durable log and publishes events to Kafka\n";
  out += ".SH SYNOPSIS\n.B calsyncd\n[\\fIoptions\\fR]\n";
  out +=
      ".SH DESCRIPTION\nAnswers a webhook of Cal.com with 200 when it is on the disk, turns it into a clean "
      "event, and publishes that to Kafka exactly once. Usually started by systemd.\n";
  out += ".SH OPTIONS\n";
  for (const auto& [name, text] : options) out += roff::item(name, text);
  out +=
      ".SH SETTINGS\n.B calsyncd \\-\\-print\\-example\nprints a file with all of them. In a path the dot "
      "stands for one level of YAML.\n" +
      settings_items();
  out += ".SH SIGNALS\n" + roff::escaped(signals_text) + "\n.SH EXIT STATUS\n";
  for (const auto& [code, meaning] : exit_code_texts) out += roff::item(code, meaning);
  out += ".SH FILES\n" + roff::item("/etc/calsync/calsyncd.yaml", "the settings") +
         roff::item("/var/lib/calsync/log",
                    "the log, unless log.path says otherwise; control.sock in it is where "
                    "calsync finds the daemon");
  out += ".SH SEE ALSO\n.BR calsync (1)\n";
  return out;
}

}  // namespace calsync
