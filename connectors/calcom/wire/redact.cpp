#include "connectors/calcom/wire/redact.hpp"

#include "state/events/email.hpp"
#include "state/events/json_text.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

namespace calsync {
namespace {

namespace json = boost::json;

constexpr std::string_view secret_parameters[] = {
    "pwd",           "tk",       "token",    "zak",    "access_token", "refresh_token",
    "client_secret", "password", "passcode", "passwd", "jwt",          "otp"};
constexpr std::string_view secret_members[] = {
    "password",     "passwd", "pwd",   "passcode",    "onetimepassword",   "meetingpassword",
    "clientsecret", "secret", "token", "accesstoken", "refreshtoken",      "tk",
    "zak",          "apikey", "otp",   "jwt",         "connectandjoinurl", "downloadlink",
    "downloadlinks"};

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
      out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

bool ends_parameter(char c) {
  return static_cast<unsigned char>(c) <= 0x20 ||
         std::string_view("?&#\"'<>;\\").find(c) != std::string_view::npos;
}

std::string cut(std::string_view text, int nested);

bool secret_parameter(std::string_view name, std::string_view value, int nested) {
  const std::string plain = lower_ascii(percent_decoded(name));
  if (std::find(std::begin(secret_parameters), std::end(secret_parameters), plain) !=
      std::end(secret_parameters))
    return true;
  if (nested == 0 || value.find('%') == std::string_view::npos) return false;
  const std::string inner = percent_decoded(value);  // "?next=https%3A%2F%2F…%3Ftoken%3Dx" goes whole
  return cut(inner, nested - 1) != inner;
}

// What begins a parameter; '#' too: some links carry a token there.
std::string_view sign_at(std::string_view text, std::size_t i) {
  if (text.substr(i).starts_with("&amp;")) return text.substr(i, 5);
  return std::string_view("?&;#").find(text[i]) == std::string_view::npos ? std::string_view()
                                                                          : text.substr(i, 1);
}

// "?token=x&a=1" → "?a=1"; "?a=1&pwd=x" → "?a=1".
std::string without_parameters(std::string_view text, int nested) {
  std::string out;
  std::string_view carried;  // the '?' of a parameter that was cut, for the next one
  for (std::size_t i = 0; i < text.size();) {
    const auto sign = sign_at(text, i);
    if (sign.empty()) {
      carried = {};
      out += text[i++];
      continue;
    }
    const std::size_t begin = i + sign.size();
    std::size_t end = begin;
    while (end < text.size() && !ends_parameter(text[end])) ++end;
    const auto parameter = text.substr(begin, end - begin);
    const auto equals = parameter.find('=');
    if (carried.empty() || sign == "?" || sign == "#") carried = sign;
    if (equals != std::string_view::npos &&
        secret_parameter(parameter.substr(0, equals), parameter.substr(equals + 1), nested)) {
      if (carried != "?" && carried != "#") carried = {};
    } else {
      out += carried;
      out += parameter;
      carried = {};
    }
    i = end;
  }
  return out;
}

std::string without_userinfo(std::string_view text) {
  std::string out;
  std::size_t kept = 0;
  for (auto scheme = text.find("://"); scheme != std::string_view::npos;
       scheme = text.find("://", scheme + 3)) {
    const std::size_t begin = scheme + 3;
    const auto end = std::min(text.find_first_of("/?# \t\r\n\"'<>\\", begin), text.size());
    const auto at = text.substr(begin, end - begin).rfind('@');
    if (at == std::string_view::npos) continue;
    out.append(text, kept, begin - kept);
    kept = begin + at + 1;
  }
  out.append(text, kept, text.size() - kept);
  return out;
}

std::string cut(std::string_view text, int nested) {
  const bool parameters =
      text.find('=') != std::string_view::npos && text.find_first_of("?&#;") != std::string_view::npos;
  const bool userinfo =
      text.find('@') != std::string_view::npos && text.find("://") != std::string_view::npos;
  std::string out = userinfo ? without_userinfo(text) : std::string(text);
  return parameters ? without_parameters(out, nested) : out;
}

std::string folded_name(std::string_view member) {
  std::string out = lower_ascii(member);
  std::erase_if(out, [](char c) { return c == '_' || c == '-' || c == ' '; });
  return out;
}

void append_double(std::string& out, double value) {
  char digits[32];
  const auto [end, status] = std::to_chars(digits, digits + sizeof digits, value);
  out.append(digits, static_cast<std::size_t>(end - digits));
}

void append_object(std::string& out, const json::object& object) {
  std::vector<const json::key_value_pair*> members;
  for (const auto& member : object)
    if (!names_a_secret(member.key())) members.push_back(&member);
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

std::string without_secrets(std::string_view text) {
  return cut(text, 3);
}

bool names_a_secret(std::string_view member) {
  const std::string plain = folded_name(member);
  return std::find(std::begin(secret_members), std::end(secret_members), plain) != std::end(secret_members);
}

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
