#include "tests/schemas/pretty_json.hpp"

#include <boost/json/serialize.hpp>

namespace calsync {
namespace {

constexpr std::size_t line_width = 118;

// `{"a": 1, "b": [2, 3]}`: one line, with the spaces that people put.
std::string on_one_line(const boost::json::value& value) {
  std::string text;
  std::string_view between;
  if (const auto* object = value.if_object()) {
    for (const auto& [key, member] : *object) {
      text.append(between).append(boost::json::serialize(key)).append(": ").append(on_one_line(member));
      between = ", ";
    }
    return "{" + text + "}";
  }
  if (const auto* array = value.if_array()) {
    for (const auto& member : *array) {
      text.append(between).append(on_one_line(member));
      between = ", ";
    }
    return "[" + text + "]";
  }
  return boost::json::serialize(value);
}

std::string indented(const boost::json::value& value, std::size_t level, std::size_t column) {
  auto line = on_one_line(value);
  if (column + line.size() <= line_width || !value.is_structured()) return line;
  const std::string margin(2 * (level + 1), ' ');
  std::string text;
  std::string_view between = "\n";
  const auto add = [&](std::string_view label, const boost::json::value& member) {
    text.append(between).append(margin).append(label);
    text += indented(member, level + 1, margin.size() + label.size() + 1);
    between = ",\n";
  };
  if (const auto* object = value.if_object()) {
    for (const auto& [key, member] : *object) add(boost::json::serialize(key) + ": ", member);
    return "{" + text + "\n" + std::string(2 * level, ' ') + "}";
  }
  for (const auto& member : value.get_array()) add("", member);
  return "[" + text + "\n" + std::string(2 * level, ' ') + "]";
}

}  // namespace

std::string pretty_json(const boost::json::value& value) {
  return indented(value, 0, 0) + "\n";
}

}  // namespace calsync
