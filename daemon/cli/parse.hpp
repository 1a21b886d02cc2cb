// Words → the command to run. CLI11's one home, beside the cmd_*.cpp files.
#pragma once
#include "daemon/cli/command.hpp"

#include <memory>
#include <variant>

namespace calsync::cli {

struct Parsed {
  Globals globals;
  Action action;
};
struct Answered {  // nothing to run: help, version, or a usage error
  Exit exit = Exit::done;
  std::string out, err;
};
std::variant<Parsed, Answered> parse(int argc, const char* const* argv);

// The command line as CLI11 sees it, for the man page and the completions. Keeps the options alive.
struct CommandLine;
std::shared_ptr<CommandLine> make_command_line();
CLI::App& app_of(CommandLine& line);

std::string man_page();                          // roff, section 1
std::string completion(std::string_view shell);  // "bash" or "zsh"

}  // namespace calsync::cli
