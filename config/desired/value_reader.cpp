#include "config/desired/value_reader.hpp"

#include "config/desired/text_forms.hpp"
#include "config/yaml/near_name.hpp"
#include "state/events/json_text.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <charconv>

namespace calsync {
namespace json = boost::json;
namespace {

std::string list_of(const std::vector<std::string_view>& words) {
  std::string out;
  for (const auto word : words) out += (out.empty() ? "" : ", ") + std::string(word);
  return out;
}

template <class Number>
std::optional<Number> number(const std::string& text) {
  Number value{};
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

std::string range(const Field& field, std::string_view of) {
  const bool open = field.most == std::numeric_limits<std::int64_t>::max();
  if (field.least == field.most) return "exactly " + std::to_string(field.least) + std::string(of);
  if (open) return "at least " + std::to_string(field.least) + std::string(of);
  return "between " + std::to_string(field.least) + " and " + std::to_string(field.most) + std::string(of);
}

std::string name_of(const Field& field) {
  return field.name.empty() ? "an element here" : "`" + std::string(field.name) + "`";
}

bool within(const Field& field, std::size_t size) {
  return size >= static_cast<std::uint64_t>(std::max<std::int64_t>(0, field.least)) &&
         size <= static_cast<std::uint64_t>(field.most);
}

}  // namespace

void Reading::unknown(const Place& place, std::string_view what, std::string_view written,
                      const std::vector<std::string>& known) {
  const std::string meant = near(written, known);
  error(place, std::string(what) + " has no `" + shown_name(written) + "`" +
                   (meant.empty() ? std::string() : "; did you mean `" + meant + "`?"));
}

json::value plain_value(const YamlNode& node) {
  if (node.kind == YamlNode::Kind::null) return nullptr;
  if (node.kind == YamlNode::Kind::sequence) {
    json::array out;
    for (const auto& item : node.items) out.push_back(plain_value(item));
    return out;
  }
  if (node.kind == YamlNode::Kind::map) {
    json::object out;
    for (const auto& member : node.members) out[member.key] = plain_value(member.value);
    return out;
  }
  if (node.quoted) return json::string(node.text);
  if (node.text == "true" || node.text == "false") return node.text == "true";
  if (const auto whole = number<std::int64_t>(node.text)) return *whole;
  if (const auto real = number<double>(node.text)) return *real;
  return json::string(node.text);
}

std::optional<json::value> ValueReader::wrong(const YamlNode& node, std::string what) {
  reading.error(place_of(file, node), std::move(what));
  return std::nullopt;
}

std::optional<json::value> ValueReader::read(const Field& field, const YamlNode& node,
                                             const std::string& pointer) {
  places[pointer] = place_of(file, node);
  if (node.kind == YamlNode::Kind::null) {
    if (field.required) return wrong(node, "`" + std::string(field.name) + "` cannot be empty");
    return json::value(nullptr);
  }
  switch (field.type) {
    case FieldType::text:
      return read_text(field, node);
    case FieldType::integer:
      return read_integer(field, node);
    case FieldType::boolean:
      return read_boolean(field, node);
    case FieldType::list:
      return read_list(field, node, pointer);
    case FieldType::object:
      return read_object(field, node, pointer);
    case FieldType::any:
      break;
  }
  return plain_value(node);
}

std::optional<json::value> ValueReader::read_text(const Field& field, const YamlNode& node) {
  const std::string name = name_of(field);
  if (node.kind != YamlNode::Kind::scalar) return wrong(node, name + " must be a text");
  if (const std::string hidden = hidden_in(node.text); !hidden.empty())
    return wrong(node, name + " " + hidden);
  for (const Mistake& mistake : field.mistakes)
    if (mistake.word == node.text)
      return wrong(node, "Cal.com knows no " + node.text + ": " + std::string(mistake.cure));
  if (!field.one_of.empty() && std::ranges::find(field.one_of, node.text) == field.one_of.end()) {
    const std::string near = reading.near(node.text, {field.one_of.begin(), field.one_of.end()});
    return wrong(
        node, name + " cannot be `" + shown_name(node.text) + "`" +
                  (near.empty() ? "; it may be " + list_of(field.one_of) : "; did you mean `" + near + "`?"));
  }
  if (!within(field, node.text.size()))
    return wrong(node, name + " must have " + range(field, " characters"));
  if (auto problem = problem_of(field.form, node.text, reading.facts); !problem.empty())
    return wrong(node, name + ": " + problem);
  return json::value(json::string(node.text));
}

std::optional<json::value> ValueReader::read_integer(const Field& field, const YamlNode& node) {
  const std::string name = name_of(field);
  const auto value =
      node.kind == YamlNode::Kind::scalar && !node.quoted ? number<std::int64_t>(node.text) : std::nullopt;
  if (!value) return wrong(node, name + " must be a whole number, without quotes");
  if (*value < field.least || *value > field.most) return wrong(node, name + " must be " + range(field, ""));
  return json::value(*value);
}

std::optional<json::value> ValueReader::read_boolean(const Field& field, const YamlNode& node) {
  if (node.kind == YamlNode::Kind::scalar && !node.quoted && (node.text == "true" || node.text == "false"))
    return json::value(node.text == "true");
  return wrong(node, name_of(field) + " must be true or false");
}

std::optional<json::value> ValueReader::read_list(const Field& field, const YamlNode& node,
                                                  const std::string& pointer) {
  const std::string name = name_of(field);
  if (node.kind != YamlNode::Kind::sequence) return wrong(node, name + " must be a list");
  if (!within(field, node.items.size())) return wrong(node, name + " must have " + range(field, " elements"));
  json::array out;
  bool good = true;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    if (node.items[i].kind == YamlNode::Kind::null)
      return wrong(node.items[i], "an element of " + name + " cannot be empty");
    auto item = read(field.members.front(), node.items[i], pointer + "/" + std::to_string(i));
    good = good && item.has_value();
    if (item) out.push_back(*std::move(item));
  }
  if (!good) return std::nullopt;
  return json::value(std::move(out));
}

std::optional<json::value> ValueReader::read_object(const Field& field, const YamlNode& node,
                                                    const std::string& pointer) {
  const std::string name = name_of(field);
  if (node.kind != YamlNode::Kind::map) return wrong(node, name + " must be an object: {name: value, …}");
  const bool off = field.may_disable && node.members.size() == 1 && node.members.front().key == "disabled";
  if (off) return json::value(json::object{{"disabled", true}});
  const auto before = reading.findings.size();
  json::object out = read_members(field.members, node, pointer, {}, name);
  if (reading.findings.size() != before) return std::nullopt;
  return json::value(std::move(out));
}

json::object ValueReader::read_members(std::span<const Field> fields, const YamlNode& node,
                                       const std::string& pointer, const std::vector<std::string>& more,
                                       std::string_view of) {
  json::object out;
  std::vector<std::string> known = more;
  for (const Field& field : fields) known.emplace_back(field.name);
  for (const YamlMember& member : node.members) {
    if (std::ranges::find(more, member.key) != more.end()) continue;
    const Field* field = find_field(fields, member.key);
    if (field == nullptr) {
      reading.unknown(place_of(file, member), of, member.key, known);
      continue;
    }
    if (auto value = read(*field, member.value, pointer + "/" + pointer_step(member.key)))
      out[member.key] = *std::move(value);
  }
  for (const Field& field : fields) {
    if (!field.required) continue;
    const bool there =
        std::ranges::any_of(node.members, [&](const YamlMember& member) { return member.key == field.name; });
    if (!there)
      reading.error(place_of(file, node), std::string(of) + " lacks `" + std::string(field.name) + "`");
  }
  return out;
}

}  // namespace calsync
