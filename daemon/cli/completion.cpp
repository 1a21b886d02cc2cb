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
_calsync_words() {
  local cur="${COMP_WORDS[COMP_CWORD]}" prev="${COMP_WORDS[COMP_CWORD-1]}" path="" word words=""
  local i=1
  while [ "$i" -lt "$COMP_CWORD" ]; do
    word="${COMP_WORDS[i]}"
    case "$word" in
      --settings|--color) i=$((i + 1)) ;;
      -*) ;;
      send|status) [ -z "$path" ] && path="$word" ;;
      log) [ -z "$path" ] && path="log" ;;
      *) [ "$path" = "log" ] && path="log $word" ;;
    esac
    i=$((i + 1))
  done
  case "$prev" in
    --settings|--to-file|--ca-file) COMPREPLY=($(compgen -f -- "$cur")); return ;;
    --color) COMPREPLY=($(compgen -W "auto always never" -- "$cur")); return ;;
    --outcome) COMPREPLY=($(compgen -W "event no_change nothing quarantined erased pending" -- "$cur")); return ;;
    --topic) COMPREPLY=($(compgen -W "bookings ooo forms system config" -- "$cur")); return ;;
  esac
  case "$path" in
)" + cases(app) +
         R"(  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
  if [ "$path" = "send" ] && [[ "$cur" != -* ]]; then COMPREPLY+=($(compgen -f -- "$cur")); fi
}
complete -o filenames -F _calsync_words calsync
)";
}
}  // namespace

std::string completion(std::string_view shell) {
  const auto line = make_command_line();
  if (shell == "bash") return bash(app_of(*line));
  if (shell == "zsh")  // zsh runs bash's function through its own emulation
    return "#compdef calsync\n# made by `calsync --generate-completion zsh`\nautoload -U +X bashcompinit && "
           "bashcompinit\n" +
           bash(app_of(*line)) + "_bash_complete -o filenames -F _calsync_words\n";  // this first time, too
  return "";
}

}  // namespace calsync::cli
