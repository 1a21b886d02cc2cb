#include "config/settings/setting_types.hpp"

#include "config/settings/kafka_properties.hpp"
#include "config/yaml/near_name.hpp"

#include <charconv>
#include <cmath>
#include <span>

namespace calsync {
namespace {

bool refuse(const YamlNode& node, const std::string& path, const std::string& what, Report& report) {
  report.error(node.line, path + ": " + what);
  return false;
}

bool read_scalar(const YamlNode& node, const std::string& path, const std::string& wanted, Report& report) {
  if (node.kind == YamlNode::Kind::scalar) return true;
  if (node.kind == YamlNode::Kind::null)
    return refuse(node, path, "has no value: write " + wanted + ", or leave the key out", report);
  return refuse(
      node, path,
      std::string("is a ") + (node.kind == YamlNode::Kind::map ? "map" : "list") + ": write " + wanted,
      report);
}

// Numbers and truth values as YAML (and JSON) write them: without quotes.
bool read_bare(const YamlNode& node, const std::string& path, const std::string& wanted, Report& report) {
  if (!read_scalar(node, path, wanted, report)) return false;
  return !node.quoted || refuse(node, path, "is text in quotes: write " + wanted + " without quotes", report);
}

template <class Number>
bool read_number(const YamlNode& node, const std::string& path, const std::string& wanted, Number& out,
                 Report& report) {
  if (!read_bare(node, path, wanted, report)) return false;
  const char* const end = node.text.data() + node.text.size();
  const auto [stop, status] = std::from_chars(node.text.data(), end, out);
  return (status == std::errc{} && stop == end) || refuse(node, path, "is not " + wanted, report);
}

template <class Choice>
struct Name {
  std::string_view text;
  Choice choice;
};
constexpr Name<KafkaMode> kafka_modes[] = {{"cluster", KafkaMode::cluster},
                                           {"embedded", KafkaMode::embedded}};
constexpr Name<ReconcileMode> reconcile_modes[] = {{"off", ReconcileMode::off},
                                                   {"observe", ReconcileMode::observe},
                                                   {"plan", ReconcileMode::plan},
                                                   {"apply", ReconcileMode::apply}};

template <class Choice>
bool read_choice(const YamlNode& node, const std::string& path, std::span<const Name<Choice>> names,
                 Choice& out, Report& report) {
  std::string wanted = "one of";
  for (const auto& name : names)
    wanted += std::string(wanted == "one of" ? " " : ", ") + std::string(name.text);
  if (!read_scalar(node, path, wanted, report)) return false;
  for (const auto& name : names) {
    if (name.text != node.text) continue;
    out = name.choice;
    return true;
  }
  return refuse(node, path, "is not " + wanted, report);
}

template <class Choice>
std::string show_choice(std::span<const Name<Choice>> names, Choice value) {
  for (const auto& name : names)
    if (name.choice == value) return std::string(name.text);
  return "?";
}

}  // namespace

bool read_value(const YamlNode& node, const std::string& path, std::string& out, Report& report) {
  if (!read_scalar(node, path, "text", report)) return false;
  out = node.text;
  return true;
}

bool read_value(const YamlNode& node, const std::string& path, SecretRef& out, Report& report) {
  if (!read_scalar(node, path, "a secret reference, such as env:NAME", report)) return false;
  auto ref = parse_secret_ref(node.text);
  if (!ref) return refuse(node, path, ref.error().what, report);
  out = *std::move(ref);
  return true;
}

bool read_value(const YamlNode& node, const std::string& path, std::int64_t& out, Report& report) {
  return read_number(node, path, "a whole number, such as 100", out, report);
}

bool read_value(const YamlNode& node, const std::string& path, double& out, Report& report) {
  if (!read_number(node, path, "a number, such as 0.1", out, report)) return false;
  return std::isfinite(out) || refuse(node, path, "is not a finite number", report);
}

bool read_value(const YamlNode& node, const std::string& path, bool& out, Report& report) {
  if (!read_bare(node, path, "true or false", report)) return false;
  out = node.text == "true";
  return out || node.text == "false" || refuse(node, path, "is neither true nor false", report);
}

bool read_value(const YamlNode& node, const std::string& path, Milliseconds& out, Report& report) {
  if (!read_scalar(node, path, "a duration, such as 2m", report)) return false;
  const auto duration = parse_duration(node.text);
  if (!duration) return refuse(node, path, duration.error().what, report);
  out = *duration;
  return true;
}

bool read_value(const YamlNode& node, const std::string& path, KafkaMode& out, Report& report) {
  return read_choice<KafkaMode>(node, path, kafka_modes, out, report);
}

bool read_value(const YamlNode& node, const std::string& path, ReconcileMode& out, Report& report) {
  return read_choice<ReconcileMode>(node, path, reconcile_modes, out, report);
}

bool read_value(const YamlNode& node, const std::string& path, Texts& out, Report& report) {
  if (node.kind != YamlNode::Kind::sequence)
    return refuse(node, path, "is not a list: write [\"...\"]", report);
  bool good = true;
  for (const YamlNode& item : node.items) {
    std::string text;
    good = read_value(item, path, text, report) && good;
    out.push_back(std::move(text));
  }
  return good;
}

bool read_value(const YamlNode& node, const std::string& path, Properties& out, Report& report) {
  if (node.kind != YamlNode::Kind::map)
    return refuse(node, path, "is not a map: write {name: value}", report);
  bool good = true;
  for (const YamlMember& member : node.members) {
    const std::string name = path + "." + shown_name(member.key);
    std::string text;
    if (!read_value(member.value, name, text, report)) {
      good = false;
    } else if (const std::string wrong = kafka_property_problem(member.key, text); !wrong.empty()) {
      good = refuse(member.value, name, wrong, report);
    } else {
      out.emplace(member.key, std::move(text));
    }
  }
  return good;
}

// A double-quoted YAML scalar; JSON's escapes are YAML's.
std::string show_value(const std::string& value) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') out.push_back('\\');
    if (byte >= 0x20 && byte != 0x7f) {
      out.push_back(c);
    } else {
      out += "\\u00";
      out.push_back(digits[byte >> 4U]);
      out.push_back(digits[byte & 0x0fU]);
    }
  }
  return out + "\"";
}

std::string show_value(const SecretRef& value) {
  return show_value(value.text());
}
std::string show_value(std::int64_t value) {
  return std::to_string(value);
}
std::string show_value(bool value) {
  return value ? "true" : "false";
}
std::string show_value(Milliseconds value) {
  return to_text(value);
}
std::string show_value(KafkaMode value) {
  return show_choice<KafkaMode>(kafka_modes, value);
}
std::string show_value(ReconcileMode value) {
  return show_choice<ReconcileMode>(reconcile_modes, value);
}

std::string show_value(double value) {
  char text[40];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

std::string show_value(const Texts& value) {
  std::string out = "[";
  for (const std::string& text : value) out += (out.size() > 1 ? ", " : "") + show_value(text);
  return out + "]";
}

std::string show_value(const Properties& value) {
  std::string out = "{";
  for (const auto& [name, text] : value)
    out +=
        (out.size() > 1 ? ", " : "") + show_value(name) + ": " + show_value(shown_kafka_property(name, text));
  return out + "}";
}

}  // namespace calsync
