#include "daemon/cli/parse.hpp"

#include "config/yaml/near_name.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace calsync::cli {

struct CommandLine {
  CLI::App app{"calsync: Cal.com's bookings, from signed webhooks to Kafka.", "calsync"};
  Globals globals;
  std::string color = "auto";
  std::map<const CLI::App*, Action> actions;
};
CLI::App& app_of(CommandLine& line) {
  return line.app;
}

namespace {
void declare_globals(CommandLine& line) {
  CLI::App& app = line.app;
  app.add_option("--settings", line.globals.settings, "the daemon's settings file")
      ->type_name("FILE")
      ->capture_default_str();
  app.add_flag("--json", line.globals.json, "answer with one JSON document");
  app.add_flag("--yes,-y", line.globals.yes, "do not ask");
  app.add_option("--color", line.color, "colours: auto, always or never")
      ->type_name("WHEN")
      ->check(CLI::IsMember({"auto", "always", "never"}).description(""));
  app.set_version_flag("--version", std::string("calsync ") + CALSYNC_VERSION);
}

const char* group_summary(std::string_view name) {
  if (name == "log") return "the event log";
  if (name == "ooo") return "time off";
  return name == "rotate" ? "new secrets without a gap" : "bookings, read from the log";
}

CLI::App* group_of(CLI::App& app, std::string_view path) {
  const auto space = path.find(' ');
  if (space == std::string_view::npos) return &app;
  const std::string name(path.substr(0, space));
  for (CLI::App* known :
       app.get_subcommands([&name](const CLI::App* each) { return each->get_name() == name; }))
    return known;
  CLI::App* group = app.add_subcommand(name, group_summary(name));
  group->require_subcommand(1);
  return group;
}

// Commands that may follow the words typed so far, and the first word that is none.
struct Stray {
  std::string word;
  std::vector<std::string> known;
};
// The words that may follow "log ": path is what was typed before them, with a space behind each word.
std::vector<std::string> words_after(std::string_view path) {
  std::vector<std::string> words;
  for (const auto& command : commands()) {
    if (!command.path.starts_with(path)) continue;
    const auto rest = command.path.substr(path.size());
    const auto word = rest.substr(0, rest.find(' '));
    if (words.empty() || words.back() != word) words.emplace_back(word);
  }
  return words;
}
bool is_command(std::string_view path) {
  return std::ranges::any_of(commands(), [&](const auto& command) { return command.path == path; });
}
Stray stray_word(int argc, const char* const* argv) {
  Stray stray;
  std::string path;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--settings" || word == "--color" || word == "--generate-completion") ++i;
    if (word.starts_with('-')) continue;
    stray.known = words_after(path);
    if (std::find(stray.known.begin(), stray.known.end(), word) == stray.known.end()) {
      stray.word = word;
      return stray;
    }
    path += word;
    if (is_command(path)) return {};
    path += ' ';
  }
  return {};
}

std::string list_of(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

const CLI::App& deepest(const CLI::App& app) {
  const CLI::App* here = &app;
  while (!here->get_subcommands().empty()) here = here->get_subcommands().front();
  return *here;
}

// "calsync log list": as far as the words were understood.
std::string understood(const CLI::App& app) {
  std::string path = app.get_name();
  for (const CLI::App* here = &app; !here->get_subcommands().empty();) {
    here = here->get_subcommands().front();
    path += " " + here->get_name();
  }
  return path;
}

std::string problem_of(const CLI::ParseError& error, const CLI::App& app, int argc, const char* const* argv) {
  if (const Stray stray = stray_word(argc, argv); !stray.word.empty()) {
    const std::string close = near_name(stray.word, stray.known);
    return "there is no command \"" + stray.word + "\"" +
           (close.empty() ? "; there are: " + list_of(stray.known) : "; did you mean \"" + close + "\"?");
  }
  const auto unknown = in_given_order(app.remaining(true), {argv + 1, argv + argc});
  if (unknown.empty()) return error.what();
  std::vector<std::string> known;
  for (const CLI::App* one : {&deepest(app), &app})
    for (const CLI::Option* option : one->get_options())
      for (const auto& name : option->get_lnames()) known.push_back("--" + name);
  return not_expected(unknown, known);
}

Answered usage_error(const CLI::ParseError& error, const CLI::App& app, int argc, const char* const* argv) {
  return {Exit::usage, "",
          "calsync: " + printable(problem_of(error, app, argc, argv)) + "\nSee: " + understood(app) +
              " --help\n"};
}

// Ends the parse with this text as the answer, as --help and --version do.
struct Written : CLI::Success {
  explicit Written(std::string what)
      : CLI::Success("Written", "", CLI::ExitCodes::Success), text(std::move(what)) {}
  std::string text;
};

void declare_writers(CLI::App& app) {
  app.add_flag_callback(
         "--generate-man", [] { throw Written(man_page()); }, "print the man page calsync(1)")
      ->group("For packages");
  app.add_option_function<std::string>(
         "--generate-completion", [](const std::string& shell) { throw Written(completion(shell)); },
         "print the completions of bash, zsh or fish")
      ->type_name("SHELL")
      ->check(CLI::IsMember({"bash", "zsh", "fish"}).description(""))
      ->group("For packages");
}
}  // namespace

std::shared_ptr<CommandLine> make_command_line() {
  auto line = std::make_shared<CommandLine>();
  line->app.fallthrough();  // global options also after the command; subcommands inherit it
  line->app.require_subcommand(1);
  line->app.get_formatter()->column_width(34);
  declare_globals(*line);
  declare_writers(line->app);
  for (const auto& command : commands()) {
    CLI::App* group = group_of(line->app, command.path);
    const auto name = command.path.substr(command.path.rfind(' ') + 1);  // npos + 1 = 0: the whole
    CLI::App* sub = group->add_subcommand(std::string(name), std::string(command.summary));
    sub->footer(std::string(command.details));
    line->actions[sub] = command.declare(*sub);
  }
  return line;
}

std::variant<Parsed, Answered> parse(int argc, const char* const* argv) {
  const auto line = make_command_line();
  try {
    line->app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return Answered{Exit::done, line->app.help(), ""};
  } catch (const Written& written) {
    return Answered{Exit::done, written.text, ""};
  } catch (const CLI::CallForVersion& version) {
    return Answered{Exit::done, std::string(version.what()) + "\n", ""};
  } catch (const CLI::ParseError& error) {
    return usage_error(error, line->app, argc, argv);
  }
  line->globals.color = line->color == "always"  ? ColorMode::always
                        : line->color == "never" ? ColorMode::never
                                                 : ColorMode::automatic;
  for (const auto& [sub, action] : line->actions) {
    if (sub != &deepest(line->app)) continue;  // `sandbox` is a command, and has `sandbox book` below it
    return Parsed{line->globals, [line, run = action](Context& context) { return run(context); }};
  }
  return Answered{Exit::usage, "", "calsync: which command?\nSee: calsync --help\n"};
}

}  // namespace calsync::cli
