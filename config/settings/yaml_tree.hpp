// YAML (and so JSON) as a small tree that knows its lines. Strict where YAML surprises: no anchors, aliases,
// tags, duplicate keys, second documents or control characters; depth and number of values are bounded before
// anything is built on them. Pure. Fails: never; what is wrong goes to `report`, all of it at once where the
// syntax lets it.
#pragma once
#include "config/settings/report.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace calsync {

struct YamlMember;

struct YamlNode {
  enum class Kind { null, scalar, sequence, map };
  Kind kind = Kind::null;
  int line = 0;         // 1-based
  bool quoted = false;  // "42" is text, 42 is a number
  std::string text;
  std::vector<YamlNode> items;
  std::vector<YamlMember> members;  // in the file's order
};

struct YamlMember {
  std::string key;
  int line = 0;
  YamlNode value;
};

inline constexpr std::size_t yaml_bytes_max = std::size_t{1024} * 1024;
inline constexpr std::size_t yaml_depth_max = 32;
inline constexpr std::size_t yaml_values_max = 20'000;

YamlNode parse_yaml(std::string_view text, Report& report);

}  // namespace calsync
