#include "daemon/cli/parse.hpp"

#include "config/settings/near_name.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace calsync::cli {

struct CommandLine {
  CLI::App app{"calsync: Cal.com's bookings, from signed webhooks to Kafka, and the organisation as code.",
               "calsync"};
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

CLI::App* group_of(CLI::App& app, std::string_view path) {
  const auto space = path.find(' ');
  if (space == std::string_view::npos) return &app;
  const std::string name(path.substr(0, space));
  for (CLI::App* known :
       app.get_subcommands([&name](const CLI::App* each) { return each->get_name() == name; }))
    return known;
  CLI::App* group = app.add_subcommand(name, "the event log");
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
    if (word == "--settings" || word == "--color") ++i;
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

// "calsync log list": as far as the words were understood.
std::string understood(const CLI::App& app) {
  std::string path = app.get_name();
  const CLI::App* deepest = &app;
  while (!deepest->get_subcommands().empty()) {
    deepest = deepest->get_subcommands().front();
    path += " " + deepest->get_name();
  }
  return path;
}

Answered usage_error(const CLI::ParseError& error, const CLI::App& app, int argc, const char* const* argv) {
  Answered answer{Exit::usage, "", ""};
  if (const Stray stray = stray_word(argc, argv); !stray.word.empty()) {
    const std::string close = near_name(stray.word, stray.known);
    answer.err =
        "calsync: there is no command \"" + printable(stray.word) + "\"" +
        (close.empty() ? "; there are: " + list_of(stray.known) : "; did you mean \"" + close + "\"?");
  } else {
    answer.err = "calsync: " + printable(error.what());
  }
  answer.err += "\nSee: " + understood(app) + " --help\n";
  return answer;
}

std::optional<std::string> hidden_answer(int argc, const char* const* argv) {
  if (argc == 2 && std::string_view(argv[1]) == "--generate-man") return man_page();
  if (argc == 3 && std::string_view(argv[1]) == "--generate-completion") {
    if (auto script = completion(argv[2]); !script.empty()) return script;
  }
  return std::nullopt;
}
}  // namespace

std::shared_ptr<CommandLine> make_command_line() {
  auto line = std::make_shared<CommandLine>();
  line->app.fallthrough();  // global options also after the command; subcommands inherit it
  line->app.require_subcommand(1);
  line->app.get_formatter()->column_width(34);
  declare_globals(*line);
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
  if (auto hidden = hidden_answer(argc, argv)) return Answered{Exit::done, std::move(*hidden), ""};
  const auto line = make_command_line();
  try {
    line->app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return Answered{Exit::done, line->app.help(), ""};
  } catch (const CLI::CallForVersion& version) {
    return Answered{Exit::done, std::string(version.what()) + "\n", ""};
  } catch (const CLI::ParseError& error) {
    return usage_error(error, line->app, argc, argv);
  }
  line->globals.color = line->color == "always"  ? ColorMode::always
                        : line->color == "never" ? ColorMode::never
                                                 : ColorMode::automatic;
  for (const auto& [sub, action] : line->actions) {
    if (!sub->parsed()) continue;
    return Parsed{line->globals, [line, run = action](Context& context) { return run(context); }};
  }
  return Answered{Exit::usage, "", "calsync: which command?\nSee: calsync --help\n"};
}

}  // namespace calsync::cli
