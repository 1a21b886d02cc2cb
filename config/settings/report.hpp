// What was found while settings were read: all of it, by line (DESIGN §5).
#pragma once
#include "config/settings/settings.hpp"
#include "config/yaml/yaml_tree.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace calsync {

struct Report {
  std::vector<SettingsError> errors;
  std::vector<SettingsError> warnings;

  void error(int line, std::string what) { errors.push_back({line, std::move(what)}); }
  void warning(int line, std::string what) { warnings.push_back({line, std::move(what)}); }
  void sort() {
    const auto by_line = [](const SettingsError& a, const SettingsError& b) { return a.line < b.line; };
    std::ranges::stable_sort(errors, by_line);
    std::ranges::stable_sort(warnings, by_line);
  }
};

// Of settings only the line is told.
inline YamlReport to_report(Report& report) {
  return [&report](int line, int /*column*/, std::string what) { report.error(line, std::move(what)); };
}

}  // namespace calsync
