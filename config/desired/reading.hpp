// What the readers of one run share: where findings go, and what the machine knows.
#pragma once
#include "config/desired/desired.hpp"
#include "config/yaml/yaml_tree.hpp"

namespace calsync {

inline constexpr std::size_t findings_most = 10'000;  // nobody reads more, and files may hold millions

struct Reading {
  const DesiredFacts& facts;
  std::vector<Finding> findings{};

  std::size_t errors = 0;

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
// "there is no `hots` here; did you mean `hosts`?"
std::string unknown_name(std::string_view what, std::string_view written,
                         const std::vector<std::string>& known);

}  // namespace calsync
