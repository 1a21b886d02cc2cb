// What the readers of one run share: where findings go, and what the machine knows.
#pragma once
#include "config/desired/desired.hpp"
#include "config/yaml/near_name.hpp"
#include "config/yaml/yaml_tree.hpp"

namespace calsync {

// A repository may be made to wear us out: what reading it costs is linear in its bytes, whatever they are.
inline constexpr std::size_t findings_most = 1'000;         // nobody reads more, and files may hold millions
inline constexpr std::size_t values_most = 500'000;         // of all files together
inline constexpr std::size_t comparisons_most = 1'000'000;  // of unknown names with known ones

struct Reading {
  const DesiredFacts& facts;
  std::vector<Finding> findings{};

  std::size_t errors = 0, values = 0, comparisons = 0;

  // The known name that may have been meant; "": none, or too many have been looked through by now.
  std::string near(std::string_view written, const std::vector<std::string>& known) {
    comparisons += known.size();
    return errors > findings_most || comparisons > comparisons_most ? std::string()
                                                                    : near_name(written, known);
  }
  // "the team has no `hots`; did you mean `hosts`?"
  void unknown(const Place& place, std::string_view what, std::string_view written,
               const std::vector<std::string>& known);

  void error(const Place& place, std::string what) {
    if (++errors <= findings_most) findings.push_back({place, std::move(what), false});
  }
  void warning(const Place& place, std::string what) {
    if (findings.size() < findings_most) findings.push_back({place, std::move(what), true});
  }
};

inline Place place_of(std::string_view file, const YamlNode& node) {
  return {std::string(file), node.line, node.column};
}
inline Place place_of(std::string_view file, const YamlMember& member) {
  return {std::string(file), member.line, member.column};
}
}  // namespace calsync
