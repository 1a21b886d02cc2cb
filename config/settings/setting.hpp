// One setting = one row: all that calsync knows of it. Parsing, bounds, defaults, help, the example file and
// --print-settings are read off the row; the default is the member's initialiser in settings.hpp and is
// written nowhere else.
#pragma once
#include "config/settings/setting_types.hpp"

#include <functional>
#include <string>
#include <vector>

namespace calsync {

enum class Reload { restart, sighup };  // does SIGHUP take a new value over?

struct Setting {
  std::string path;    // as in the file: "intake.tls.certificate"
  std::string type;    // "duration"
  std::string bounds;  // "1s .. 31d"; empty: none
  std::string help;
  std::string example;  // what the example file shows as set; empty: the default, commented out
  Reload reload = Reload::restart;
  std::function<void(Settings&, const YamlNode&, Report&)> read;
  std::function<std::string(const Settings&)> show;  // as YAML on one line
};

// A value's limits, in words and as a check. `problem` returns what is wrong, or "".
template <class T>
struct Bounds {
  std::string text;
  std::function<std::string(const T&)> problem;
};

// `member` is a generic lambda from Settings to the member, const or not.
template <class Member, class T = std::remove_reference_t<std::invoke_result_t<Member, Settings&>>>
Setting setting(std::string path, Member member, std::string help,
                std::type_identity_t<Bounds<T>> bounds = {}, std::string example = {},
                Reload reload = Reload::restart) {
  Setting row{path,
              type_name(static_cast<const T*>(nullptr)),
              bounds.text,
              std::move(help),
              std::move(example),
              reload,
              {},
              {}};
  row.read = [path, member, problem = std::move(bounds.problem)](Settings& settings, const YamlNode& node,
                                                                 Report& report) {
    T value{};
    if (!read_value(node, path, value, report)) return;
    if (const std::string wrong = problem ? problem(value) : ""; !wrong.empty())
      report.error(node.line, path + ": " + wrong);
    else
      member(settings) = std::move(value);
  };
  row.show = [member](const Settings& settings) { return show_value(member(settings)); };
  return row;
}

struct Section {
  std::string name;
  std::string help;
  bool in_example = false;                // else the example shows it commented out
  bool* (*present)(Settings&) = nullptr;  // where its presence is kept; null: nobody asks
};

const std::vector<Setting>& settings_table();
const std::vector<Section>& settings_sections();

}  // namespace calsync
