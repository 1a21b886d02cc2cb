#include "daemon/cli/parse.hpp"

#include <CLI/CLI.hpp>

namespace calsync::cli {

namespace {
// "log list" → its option names, after the global ones.
std::string words_of(const CLI::App& app) {
  std::string words;
  for (const CLI::Option* option : app.get_options())
    for (const auto& name : option->get_lnames())
      if (!name.starts_with("generate-")) words += " --" + name;  // for packages, not for people
  return words;
}

std::string cases(CLI::App& app) {
  std::string out;
  const std::string globals = words_of(app);
  std::map<std::string, std::string> groups;
  for (const auto& command : commands()) {
    CLI::App* sub = &app;
    std::string group;
    for (std::string_view rest = command.path; !rest.empty();) {
      const auto space = rest.find(' ');
      const std::string word(rest.substr(0, space));
      auto& known = groups[group];
      if ((" " + known + " ").find(" " + word + " ") == std::string::npos)
        known += (known.empty() ? "" : " ") + word;
      group += (group.empty() ? "" : " ") + word;
      sub = sub->get_subcommand(word);
      rest = space == std::string_view::npos ? "" : rest.substr(space + 1);
    }
    out += "    \"" + std::string(command.path) + "\") words=\"" + words_of(*sub).substr(1) + globals +
           "\" ;;\n";
  }
  for (const auto& [group, words] : groups)
    out.append("    \"").append(group).append("\") words=\"").append(words).append(globals).append("\" ;;\n");
  return out;
}

// Walks the words typed so far into "log list"; files after --settings, --to-file, --ca-file and for `send`.
std::string bash(CLI::App& app) {
  return R"(# bash completion for calsync; made by `calsync --generate-completion bash`
_calsync_words_of() {
  case "$1" in
)" + cases(app) +
         R"(    *) return 1 ;;
  esac
}
_calsync_words() {
  local cur="${COMP_WORDS[COMP_CWORD]}" prev="${COMP_WORDS[COMP_CWORD-1]}" path="" word words=""
  local i=1
  while [ "$i" -lt "$COMP_CWORD" ]; do
    word="${COMP_WORDS[i]}"
    case "$word" in
      --settings|--color) i=$((i + 1)) ;;
      -*) ;;
      *) _calsync_words_of "${path:+$path }$word" && path="${path:+$path }$word" ;;
    esac
    i=$((i + 1))
  done
  case "$prev" in
    --settings|--to-file|--ca-file) COMPREPLY=($(compgen -f -- "$cur")); return ;;
    --color) COMPREPLY=($(compgen -W "auto always never" -- "$cur")); return ;;
    --outcome) COMPREPLY=($(compgen -W "event no_change nothing quarantined erased pending" -- "$cur")); return ;;
    --topic) COMPREPLY=($(compgen -W "bookings ooo forms system config" -- "$cur")); return ;;
  esac
  _calsync_words_of "$path"
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
  if [ "$path" = "send" ] && [[ "$cur" != -* ]]; then COMPREPLY+=($(compgen -f -- "$cur")); fi
}
complete -o filenames -F _calsync_words calsync
)";
}

// In fish's single quotes only these two are not themselves.
std::string fish_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::string fish_options(const CLI::App& app, const std::string& when) {
  std::string out;
  for (const CLI::Option* option : app.get_options())
    for (const auto& name : option->get_lnames())
      if (!name.starts_with("generate-"))
        out += "complete -c calsync" + when + " -l " + name +
               (option->get_items_expected() > 0 ? " -rF" : "") + " -d " +
               fish_quoted(option->get_description()) + "\n";
  return out;
}

// Each word with its text, as `--help` has it; files behind options that take a value, and for commands that take some.
void fish_commands(CLI::App& app, const std::string& path, std::string& paths, std::string& out) {
  const std::string when = " -n \"__calsync_is " + fish_quoted(path) + "\"";
  for (CLI::App* sub : app.get_subcommands([](CLI::App*) { return true; })) {
    const std::string longer = path + (path.empty() ? "" : " ") + sub->get_name();
    out += "complete -c calsync" + when + " -a " + sub->get_name() + " -d " +
           fish_quoted(sub->get_description()) + "\n";
    paths += " " + fish_quoted(longer);
    fish_commands(*sub, longer, paths, out);
  }
  if (path.empty()) return;
  out += fish_options(app, when);
  for (const CLI::Option* option : app.get_options())
    if (option->get_positional() && option->get_name(true) != "UID")
      out += "complete -c calsync" + when + " -F\n";
}

std::string fish(CLI::App& app) {
  std::string paths, words;
  fish_commands(app, "", paths, words);
  return "# fish completion for calsync; made by `calsync --generate-completion fish`\nset -g "
         "__calsync_paths" +
         paths + R"(
function __calsync_is --description 'is this the command that was typed so far'
    set -l typed (commandline -opc)
    set -l at
    set -l is_value 0
    for word in $typed[2..-1]
        if test $is_value = 1
            set is_value 0
        else if contains -- $word --settings --color
            set is_value 1
        else if contains -- (string join ' ' $at $word) $__calsync_paths
            set -a at $word
        end
    end
    test (count $at) -gt 0; or set at ''
    test "$argv[1]" = (string join ' ' $at)
end
complete -c calsync -f
)" + fish_options(app, "") +
         words;
}
}  // namespace

std::string completion(std::string_view shell) {
  const auto line = make_command_line();
  if (shell == "bash") return bash(app_of(*line));
  if (shell == "zsh")  // zsh runs bash's function through its own emulation
    return "#compdef calsync\n# made by `calsync --generate-completion zsh`\nautoload -U +X bashcompinit && "
           "bashcompinit\n" +
           bash(app_of(*line)) + "_bash_complete -o filenames -F _calsync_words\n";  // this first time, too
  return shell == "fish" ? fish(app_of(*line)) : "";
}

}  // namespace calsync::cli
