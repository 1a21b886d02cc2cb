#include "connectors/calcom/wire/redact.hpp"

#include "connectors/calcom/wire/secret_names.hpp"
#include "state/events/json_text.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

namespace calsync {
namespace {

namespace json = boost::json;

void append_double(std::string& out, double value) {
  char digits[32];
  const auto [end, status] = std::to_chars(digits, digits + sizeof digits, value);
  out.append(digits, static_cast<std::size_t>(end - digits));
}

void append_object(std::string& out, const json::object& object) {
  std::vector<const json::key_value_pair*> members;
  const bool codes_are_secret = object.contains("otp");  // the same code under its other name
  for (const auto& member : object)
    if (!names_a_secret(member.key()) && !(codes_are_secret && member.key() == "code"))
      members.push_back(&member);
  std::sort(members.begin(), members.end(), [](const auto* a, const auto* b) { return a->key() < b->key(); });
  char before = '{';
  if (members.empty()) out += '{';
  for (const auto* member : members) {
    out += before;
    before = ',';
    append_json(out, without_secrets(member->key()));
    out += ':';
    append_redacted(out, member->value());
  }
  out += '}';
}

}  // namespace

void append_redacted(std::string& out, const json::value& value) {
  switch (value.kind()) {
    case json::kind::object:
      append_object(out, value.get_object());
      return;
    case json::kind::array: {
      char before = '[';
      if (value.get_array().empty()) out += '[';
      for (const auto& member : value.get_array()) {
        out += before;
        before = ',';
        append_redacted(out, member);
      }
      out += ']';
      return;
    }
    case json::kind::string:
      append_json(out,
                  without_secrets(std::string_view(value.get_string().data(), value.get_string().size())));
      return;
    case json::kind::int64:
      append_json(out, Integer::of(value.get_int64()));
      return;
    case json::kind::uint64:
      append_json(out, Integer::of(value.get_uint64()));
      return;
    case json::kind::bool_:
      append_json(out, value.get_bool());
      return;
    case json::kind::double_:
      append_double(out, value.get_double());
      return;
    case json::kind::null:
      out += "null";
      return;
  }
}

}  // namespace calsync
