// YAML (and so JSON) as a small tree that knows its lines and columns. Strict where YAML surprises: no anchors, aliases,
// tags, duplicate keys, second documents or control characters; depth and number of values are bounded before
// anything is built on them. Pure. Fails: never; what is wrong goes to `report`, all of it at once where the
// syntax lets it.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace calsync {

struct YamlMember;

struct YamlNode {
  enum class Kind { null, scalar, sequence, map };
  Kind kind = Kind::null;
  int line = 0;         // 1-based
  int column = 0;       // 1-based
  bool quoted = false;  // "42" is text, 42 is a number
  std::string text;
  std::vector<YamlNode> items;
  std::vector<YamlMember> members;  // in the file's order
};

struct YamlMember {
  std::string key;
  int line = 0;
  int column = 0;
  YamlNode value;
};

inline constexpr std::size_t yaml_bytes_max = std::size_t{1024} * 1024;
inline constexpr std::size_t yaml_depth_max = 32;

struct YamlLimits {
  std::size_t values = 20'000;
  std::string_view what = "a settings file";  // in messages: "nested too deeply for a settings file"
};

// Line and column are 1-based; 0: the file as a whole.
using YamlReport = std::function<void(int line, int column, std::string what)>;

YamlNode parse_yaml(std::string_view text, const YamlReport& report, const YamlLimits& limits = {});

}  // namespace calsync
