// Repositories made to harm who reads them (RELIABILITY G1): the scripts of tests/fixtures/hostile_repositories.
#pragma once
#include <fstream>
#include <ostream>
#include <string>
#include <vector>

namespace calsync::test {

struct HostileCase {
  std::string story;
  std::string outcome;  // "taken", or words of the refusal
  std::string script;   // bash, behind words.bash
};
inline void PrintTo(const HostileCase& c, std::ostream* out) {
  *out << c.outcome;
}

// "### Story: outcome", and the script up to the next one.
inline std::vector<HostileCase> hostile_cases(const std::string& file) {
  std::ifstream in(CALSYNC_SOURCE_DIR "/tests/fixtures/hostile_repositories/" + file + ".bash");
  std::vector<HostileCase> cases;
  for (std::string line; std::getline(in, line);) {
    if (const auto colon = line.find(": "); line.starts_with("### "))
      cases.push_back({line.substr(4, colon - 4), line.substr(colon + 2), {}});
    else if (!cases.empty())
      cases.back().script += line + "\n";
  }
  return cases;
}

}  // namespace calsync::test
