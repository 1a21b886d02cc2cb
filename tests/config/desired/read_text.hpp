// Files as a person would have them in a repository, read as `calsync validate` reads them.
#pragma once
#include "config/desired/desired.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace calsync {

inline DesiredFacts few_zones() {
  return {.knows_zone = [](std::string_view name) {
    static const std::set<std::string_view> zones{"Europe/London",    "Europe/Lisbon", "Europe/Berlin",
                                                  "Europe/Amsterdam", "Africa/Lagos",  "America/New_York",
                                                  "Asia/Seoul"};
    return zones.contains(name);
  }};
}

inline std::vector<SourceFile> files_of(const std::filesystem::path& folder) {
  std::vector<SourceFile> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".yaml") continue;
    std::ifstream in(entry.path());
    std::stringstream text;
    text << in.rdbuf();
    files.push_back({entry.path().filename().string(), text.str()});
  }
  return files;
}

inline ReadDesired read_text(std::string_view text) {
  const std::vector<SourceFile> files{{"a.yaml", std::string(text)}};
  return read_desired(files, few_zones());
}

// Every finding on a line of its own.
inline std::string findings_of(const ReadDesired& read) {
  std::string out;
  for (const auto& finding : read.findings) out += to_text(finding) + "\n";
  return out;
}

}  // namespace calsync
