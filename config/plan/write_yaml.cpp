#include "config/plan/import.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace calsync {
namespace json = boost::json;
namespace {

constexpr std::size_t line_width = 120;

// What YAML reads as a text without quotes, in every version of it.
bool is_plain(std::string_view text) {
  static constexpr std::array<std::string_view, 12> words{"true", "false", "yes", "no",   "on",  "off",
                                                          "null", "y",     "n",   "none", "inf", "nan"};
  if (text.empty() || text.size() > 60) return false;
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto fits = [&](char c) {
    return letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '/' || c == '@' ||
           c == ' ';
  };
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return letter(text.front()) && text.back() != ' ' && std::ranges::all_of(text, fits) &&
         std::ranges::find(words, lower) == words.end();
}

std::string scalar(const json::value& value) {
  if (value.is_string() && is_plain(value.get_string())) return std::string(value.get_string());
  return json::serialize(value);  // JSON's quotes are YAML's
}

// Names inside of `metadata` are anybody's.
std::string key(std::string_view name) {
  return scalar(json::value(name));
}

std::string flow(const json::value& value) {
  std::string out;
  if (const json::object* object = value.if_object()) {
    for (const auto& member : *object)
      out += (out.empty() ? "" : ", ") + key(member.key()) + ": " + flow(member.value());
    return "{" + out + "}";
  }
  if (const json::array* array = value.if_array()) {
    for (const auto& item : *array) out += (out.empty() ? "" : ", ") + flow(item);
    return "[" + out + "]";
  }
  return scalar(value);
}

bool is_small(const json::value& value, std::size_t indent) {
  const bool plain = !value.is_object() && !value.is_array();
  return plain || flow(value).size() + indent <= line_width;
}

}  // namespace

std::string to_yaml(const json::value& value, std::size_t indent) {
  const std::string margin(indent, ' ');
  std::string out;
  if (const json::object* object = value.if_object()) {
    for (const auto& member : *object) {
      const std::string name = margin + key(member.key()) + ":";
      if (is_small(member.value(), indent + member.key().size() + 2))
        out += name + " " + flow(member.value()) + "\n";
      else
        out += name + "\n" + to_yaml(member.value(), indent + 2);
    }
    return out;
  }
  if (const json::array* array = value.if_array()) {
    for (const auto& item : *array) {
      if (is_small(item, indent + 2)) {
        out += margin + "- " + flow(item) + "\n";
        continue;
      }
      std::string block = to_yaml(item, indent + 2);
      block.replace(0, indent + 2, margin + "- ");
      out += block;
    }
    return out;
  }
  return margin + scalar(value) + "\n";
}

}  // namespace calsync
