#include "connectors/calcom/error_message.hpp"

#include "connectors/calcom/wire/redact.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <vector>

namespace calsync {
namespace json = boost::json;
namespace {

constexpr std::size_t message_bytes_max = 400;
constexpr std::size_t sent_levels_max = 64;
constexpr std::size_t shortest_cut = 3;  // shorter ones would cut into words
constexpr std::string_view cut = "…";

// Values that say nothing of a person and open nothing; an error without them would not help.
constexpr std::string_view harmless[] = {
    "slug",  "type",   "schedulingType", "role", "organizationRole", "trigger", "triggers", "status",
    "start", "end",    "date",           "days", "startTime",        "endTime", "timeZone", "action",
    "unit",  "locale", "priority",       "id",   "integration"};

std::string_view view(const json::string& text) {
  return {text.data(), text.size()};
}

void collect_values(const json::value& value, bool keep, std::vector<std::string>& out) {
  if (const auto* object = value.if_object()) {
    for (const auto& [key, member] : *object)
      collect_values(
          member, std::ranges::find(harmless, std::string_view(key.data(), key.size())) != std::end(harmless),
          out);
  } else if (const auto* array = value.if_array()) {
    for (const auto& one : *array) collect_values(one, keep, out);
  } else if (const auto* text = value.if_string(); text && !keep && text->size() >= shortest_cut) {
    out.emplace_back(view(*text));
  }
}

void replace_all(std::string& in, std::string_view what) {
  for (std::size_t at = 0; (at = in.find(what, at)) != std::string::npos; at += cut.size())
    in.replace(at, what.size(), cut);
}

void cut_sent_values(std::string& message, std::string_view sent) {
  json::error_code bad;
  json::parse_options options;
  options.max_depth = sent_levels_max;
  const json::value body = json::parse({sent.data(), sent.size()}, bad, {}, options);
  if (bad) return;
  std::vector<std::string> values;
  collect_values(body, false, values);
  std::ranges::sort(values, [](const auto& a, const auto& b) { return a.size() > b.size(); });
  for (const std::string& value : values) replace_all(message, value);
}

bool is_of_address(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view(".-_+%").find(c) != std::string_view::npos ||
         static_cast<unsigned char>(c) >= 0x80U;
}

void cut_addresses(std::string& text) {
  for (std::size_t at = 0; (at = text.find('@', at)) != std::string::npos;) {
    std::size_t from = at, to = at + 1;
    while (from > 0 && is_of_address(text[from - 1])) --from;
    while (to < text.size() && is_of_address(text[to])) ++to;
    if (from == at || to == at + 1) {
      ++at;
      continue;
    }
    text.replace(from, to - from, cut);
    at = from + cut.size();
  }
}

void add_constraints(const json::object& finding, const std::string& path, std::string& out) {
  const auto* constraints = finding.if_contains("constraints");
  if (!constraints || !constraints->if_object()) return;
  for (const auto& [rule, words] : constraints->get_object())
    if (const auto* text = words.if_string())
      out += (out.empty() ? "" : "; ") + path + ": " + std::string(view(*text));
}

// [{property, constraints: {rule: words}, children: […]}] → "hosts.userId: must be an integer; …".
void add_findings(const json::value& errors, const std::string& above, std::string& out, std::size_t depth) {
  const auto* list = errors.if_array();
  if (!list || depth == sent_levels_max) return;
  for (const auto& one : *list) {
    const auto* finding = one.if_object();
    if (!finding) continue;
    const auto* property = finding->if_contains("property");
    const auto* name = property ? property->if_string() : nullptr;
    const std::string path = above + (above.empty() ? "" : ".") + (name ? std::string(view(*name)) : "?");
    add_constraints(*finding, path, out);
    if (const auto* children = finding->if_contains("children"))
      add_findings(*children, path, out, depth + 1);
  }
}

std::string words_of(const json::object& error) {
  std::string out;
  const auto* details = error.if_contains("details");
  const auto* object = details ? details->if_object() : nullptr;
  if (const auto* errors = object ? object->if_contains("errors") : nullptr)
    add_findings(*errors, "", out, 0);
  if (!out.empty()) return out;
  const auto* message = error.if_contains("message");
  if (!message) return out;
  if (const auto* text = message->if_string()) return std::string(view(*text));
  if (const auto* list = message->if_array())  // Nest's own validation
    for (const auto& one : *list)
      if (const auto* text = one.if_string()) out += (out.empty() ? "" : "; ") + std::string(view(*text));
  return out;
}

void shorten(std::string& text) {
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20U || c == '\x7f'; }, ' ');
  if (text.size() <= message_bytes_max) return;
  std::size_t end = message_bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  text.resize(end);
  text += cut;
}

}  // namespace

std::string safe_error_message(const json::object& error, std::string_view sent) {
  std::string message = words_of(error);
  cut_sent_values(message, sent);
  cut_addresses(message);
  message = without_secrets(message);
  shorten(message);
  return message;
}

}  // namespace calsync
