#include "daemon/cli/parse.hpp"
#include "state/base/roff.hpp"

#include <CLI/CLI.hpp>

namespace calsync::cli {

namespace {
std::string options_of(const CLI::App& app) {
  std::string out;
  for (const CLI::Option* option : app.get_options()) {
    const std::string name = option->get_name(true, true);
    const std::string type =
        option->get_type_size() == 0 || option->get_type_name().empty() ? "" : " " + option->get_type_name();
    if (option->get_name(false, true) == "--help,-h" || name == "-h,--help") continue;
    out += roff::item(name + (option->get_positional() && option->get_lnames().empty() ? "" : type),
                      option->get_description());
  }
  return out;
}

constexpr const char* exit_codes =
    ".SH EXIT STATUS\n.TP\n.B 0\ndone, or no difference\n.TP\n.B 1\nfailed\n.TP\n.B 2\ndifferences were "
    "found\n.TP\n.B 3\n"
    "refused as unsafe, or nobody there to ask\n.TP\n.B 4\nlocked by another process\n.TP\n.B 64\nthe words "
    "of the command are wrong\n";
}  // namespace

std::string man_page() {
  const auto line = make_command_line();
  CLI::App& app = app_of(*line);
  std::string out = ".TH CALSYNC 1 \"\" \"calsync " CALSYNC_VERSION
                    "\" \"User Commands\"\n.SH NAME\ncalsync \\- " +
                    roff::escaped("Cal.com's bookings, from signed webhooks to Kafka") +
                    "\n.SH SYNOPSIS\n.B calsync\n[\\fIoptions\\fR] \\fIcommand\\fR [\\fIarguments\\fR]\n";
  out +=
      ".SH DESCRIPTION\nThe command line of\n.BR calsyncd (8).\nStandard output holds only the answer, "
      "with\n.B \\-\\-json\none JSON document; "
      "everything else goes to standard error. Beside a running daemon the log is read from a copy that the "
      "daemon makes; without one\n"
      ".B calsync\ntakes the lock of the log itself.\n";
  out += ".SH GLOBAL OPTIONS\nThey may stand before or after the command.\n" + options_of(app) +
         ".SH COMMANDS\n";
  for (const auto& command : commands()) {
    CLI::App* sub = &app;
    for (std::string_view rest = command.path; !rest.empty();) {
      const auto space = rest.find(' ');
      sub = sub->get_subcommand(std::string(rest.substr(0, space)));
      rest = space == std::string_view::npos ? "" : rest.substr(space + 1);
    }
    out += ".SS \"calsync " + roff::escaped(command.path) + "\"\n" + roff::escaped(command.summary) + ".\n";
    if (!command.details.empty()) out += ".PP\n" + roff::escaped(command.details) + "\n";
    out += options_of(*sub);
  }
  out += exit_codes;
  out +=
      ".SH FILES\n.TP\n.I /etc/calsync/calsyncd.yaml\nthe settings of the daemon\n.SH ENVIRONMENT\n.TP\n.B "
      "NO_COLOR\nno colours, unless\n"
      ".B \\-\\-color always\nasks for them\n.TP\n.B CALSYNC_DEBUG\nerrors also say where in the program "
      "they happened\n.SH SEE ALSO\n.BR calsyncd (8)\n";
  return out;
}

}  // namespace calsync::cli
