#include "daemon/app/options.hpp"

#include "config/settings/settings.hpp"
#include "config/yaml/near_name.hpp"
#include "daemon/app/manual.hpp"

#include <CLI/CLI.hpp>
#include <sys/stat.h>

#include <charconv>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <unistd.h>

namespace calsync {
namespace {

const std::map<std::string, log::Form, std::less<>> forms{
    {"json", log::Form::json}, {"journal", log::Form::journal}, {"text", log::Form::text}};
const std::map<std::string, log::Level, std::less<>> levels{{"debug", log::Level::debug},
                                                            {"info", log::Level::info},
                                                            {"warning", log::Level::warning},
                                                            {"error", log::Level::error}};

std::string exit_codes() {
  std::string out = "Exit codes: ";
  for (const auto& [code, meaning] : exit_code_texts)
    out += (out.ends_with(": ") ? "" : "\n  ") + std::string(code) + " " + meaning;
  return out;
}

// "--settings FILE" and its text, of each option.
std::vector<std::pair<std::string, std::string>> described(const CLI::App& app) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const CLI::Option* option : app.get_options()) {
    const bool takes_word = option->get_type_size() > 0 && !option->get_type_name().empty();
    out.emplace_back(option->get_name(false, true) + (takes_word ? " " + option->get_type_name() : ""),
                     option->get_description());
  }
  return out;
}

// Words as in calsync's usage errors (daemon/cli/parse.cpp).
std::string usage_problem(const CLI::App& app, const CLI::ParseError& error, int argc,
                          const char* const* argv) {
  std::vector<std::string> known;
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  const auto unknown = in_given_order(app.remaining(true), {argv + 1, argv + argc});
  return unknown.empty() ? error.what() : not_expected(unknown, known);
}

// What CLI11's check() takes: "" where `word` is one of them.
template <class Names>
std::function<std::string(const std::string&)> one_of(const Names& names, const char* list) {
  return [&names, list](const std::string& word) {
    return names.contains(word) ? std::string() : word + " is not " + list;
  };
}

std::string event_number_problem(const std::string& word) {
  std::uint64_t number = 0;
  const auto [end, status] = std::from_chars(word.data(), word.data() + word.size(), number);
  const bool whole = !word.empty() && status == std::errc{} && end == word.data() + word.size();
  return whole ? "" : word + " is not a whole number";
}

}  // namespace

bool stderr_is_journal() {
  const char* stream = std::getenv("JOURNAL_STREAM");  // NOLINT(concurrency-mt-unsafe): before other threads
  struct stat err {};
  if (stream == nullptr || ::fstat(STDERR_FILENO, &err) != 0) return false;
  return std::to_string(err.st_dev) + ":" + std::to_string(err.st_ino) == stream;
}

ParsedOptions parse_options(int argc, const char* const* argv) {
  ParsedOptions out;
  DaemonOptions& options = out.options;
  if (stderr_is_journal()) options.form = log::Form::journal;
  bool check = false;
  bool print = false;
  bool example = false;
  CLI::App app("Takes Cal.com's webhooks into a durable log and publishes clean events to Kafka, each once.",
               "calsyncd");
  app.option_defaults()->always_capture_default();
  app.add_option("--settings", options.settings_file, "Settings file")->type_name("FILE");
  auto* const check_flag =
      app.add_flag("--check", check, "Check settings, secrets, certificates and Kafka properties, then end");
  auto* const print_flag =
      app.add_flag("--print-settings", print, "Print every setting in force (no secrets), then end");
  auto* const example_flag =
      app.add_flag("--print-example", example, "Print a documented settings file, then end");
  print_flag->excludes(check_flag);
  example_flag->excludes(check_flag)->excludes(print_flag);
  app.add_option("--accept-cursor", options.accept_cursor,
                 "The cursor topic was lost: go on after event N, which Kafka already has")
      ->check(event_number_problem)  // strtoull takes -1 for the largest number
      ->type_name("N");
  app.add_flag("--takeover", options.takeover,
               "This log directory is the one to publish from, though another one published last");
  std::string form;
  std::string level = "info";
  app.add_option("--log-format", form, "json, journal or text; default: journal under systemd, else json")
      ->check(one_of(forms, "json, journal or text"))
      ->type_name("FORM")
      ->default_str("");
  app.add_option("--log-level", level, "debug, info, warning or error")
      ->check(one_of(levels, "debug, info, warning or error"))
      ->type_name("LEVEL");
  bool manual_page = false;
  app.add_flag("--generate-man", manual_page, "Print the man page calsyncd(8), then end");
  app.set_version_flag("--version", std::string("calsyncd ") + CALSYNC_VERSION);
  app.footer(exit_codes() + "\nSignals: " + signals_text + "\n\nSettings:\n" + settings_help());
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& ended) {
    if (ended.get_exit_code() == 0) {
      app.exit(ended, std::cout, std::cerr);
      out.exit = 0;
    } else {
      std::cerr << "calsyncd: " << usage_problem(app, ended, argc, argv) << "\nSee: calsyncd --help\n";
      out.exit = exit_usage;
    }
  }
  if (!out.exit && manual_page) {
    std::cout << manual(described(app));
    out.exit = 0;
  }
  if (const auto known = forms.find(form); known != forms.end()) options.form = known->second;
  if (const auto known = levels.find(level); known != levels.end()) options.least = known->second;
  if (check) options.task = DaemonTask::check;
  if (print) options.task = DaemonTask::print_settings;
  if (example) options.task = DaemonTask::print_example;
  return out;
}

}  // namespace calsync
