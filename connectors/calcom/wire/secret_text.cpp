// Secrets inside text: parameters of URLs, their user and password, what stands behind "Passcode:", and bearer
// tokens. One look tells whether a text can hold any: most cannot, and every text of every event comes by here.
#include "connectors/calcom/wire/redact.hpp"
#include "connectors/calcom/wire/secret_names.hpp"
#include "state/events/email.hpp"

#include <algorithm>

namespace calsync {
namespace {

constexpr std::string_view blank = " \t\r\n";

bool is_one_of(char c, std::string_view set) {
  return set.find(c) != std::string_view::npos;
}
bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// "%3D" and the like: `c` as a URL hides it inside another.
bool is_encoded(std::string_view text, std::string_view set) {
  if (text.size() < 3 || text[0] != '%') return false;
  const std::string plain = percent_decoded(text.substr(0, 3));
  return plain.size() == 1 && is_one_of(plain[0], set);
}

// What begins a parameter; '#' too: some links carry a token there.
std::string_view sign_at(std::string_view text) {
  if (text.starts_with("&amp;")) return text.substr(0, 5);
  if (is_one_of(text[0], "?&;#,")) return text.substr(0, 1);
  return is_encoded(text, "?&;#") ? text.substr(0, 3) : std::string_view();
}

std::size_t end_of_parameter(std::string_view text, std::size_t from, bool encoded) {
  std::size_t end = from;
  for (; end < text.size(); ++end) {
    const char c = text[end];
    if (static_cast<unsigned char>(c) <= 0x20 || is_one_of(c, "?&#\"'<>;\\,")) break;
    if (encoded && is_encoded(text.substr(end), "?&;#")) break;
  }
  return end;
}

std::string cut(std::string_view text, int nested);

bool is_secret_parameter(std::string_view parameter, int nested) {
  std::size_t equals = 0;
  while (equals < parameter.size() && parameter[equals] != '=' && !is_encoded(parameter.substr(equals), "="))
    ++equals;
  if (equals == parameter.size()) return false;
  if (names_a_secret_parameter(parameter.substr(0, equals))) return true;
  const auto value = parameter.substr(equals + (parameter[equals] == '=' ? 1 : 3));
  if (nested == 0 || value.find('%') == std::string_view::npos) return false;
  const std::string inner = percent_decoded(value);  // "?next=https%3A%2F%2F…%3Ftoken%3Dx" goes whole
  return cut(inner, nested - 1) != inner;
}

// "?token=x&a=1" → "?a=1"; "?a=1&pwd=x" → "?a=1".
std::string without_parameters(std::string_view text, int nested) {
  std::string out;
  std::string_view carried;  // the '?' of a parameter that was cut, for the next one
  for (std::size_t i = 0; i < text.size();) {
    const auto sign = sign_at(text.substr(i));
    if (sign.empty()) {
      carried = {};
      out += text[i++];
      continue;
    }
    const std::size_t begin = i + sign.size();
    const std::size_t end = end_of_parameter(text, begin, sign[0] == '%');
    const bool opens = sign == "?" || sign == "#";
    if (carried.empty() || opens) carried = sign;
    if (is_secret_parameter(text.substr(begin, end - begin), nested)) {
      if (carried != "?" && carried != "#") carried = {};
    } else {
      out += carried;
      out += text.substr(begin, end - begin);
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

// Does what stands before the sign, in quotes or in bold as it may be, say that a secret follows?
bool announces_a_secret(std::string_view text, std::size_t sign) {
  std::size_t end = sign;
  while (end > 0 && is_one_of(text[end - 1], " \t\"'*")) --end;
  std::size_t begin = end;
  while (begin > 0 && (is_word(text[begin - 1]) || text[begin - 1] == '-')) --begin;
  const auto word = text.substr(begin, end - begin);
  const bool as_in_code = text[sign] == '=' || text.substr(end, 1) == "\"" || text.substr(end, 1) == "'";
  return !word.empty() && (as_in_code ? names_a_secret_parameter(word) : labels_a_secret(word));
}

// "1234", "\"1234\"", "<b>1234</b>", "123 456 789#": one run, and the groups of digits behind it.
std::size_t end_of_value(std::string_view text, std::size_t from) {
  std::size_t at = from;
  while (at < text.size() && is_one_of(text[at], " \t\"'*<")) {
    if (text[at] == '<') at = std::min(text.find('>', at), text.size() - 1);
    ++at;
  }
  std::size_t end = std::min(text.find_first_of(" \t\r\n\"'<>", at), text.size());
  while (end + 1 < text.size() && text[end] == ' ') {
    const std::size_t next = std::min(text.find_first_of(" \t\r\n\"'<>", end + 1), text.size());
    const auto group = text.substr(end + 1, next - end - 1);
    if (group.empty() || group.find_first_not_of("0123456789#") != std::string_view::npos) break;
    end = next;
  }
  return end;
}

std::string without_labelled(std::string_view text) {
  std::string out;
  std::size_t kept = 0;
  for (auto at = text.find_first_of(":="); at != std::string_view::npos;) {
    std::size_t end = at + 1;
    if (announces_a_secret(text.substr(kept), at - kept)) {
      out.append(text, kept, end - kept);
      kept = end = end_of_value(text, end);
    }
    at = text.find_first_of(":=", end);
  }
  out.append(text, kept, text.size() - kept);
  return out;
}

std::string without_bearer(std::string_view text) {
  constexpr std::string_view word = "bearer";
  const std::string lower = lower_ascii(text);
  std::string out;
  std::size_t kept = 0;
  for (auto at = lower.find(word); at != std::string::npos; at = lower.find(word, at + word.size())) {
    const std::size_t gap = at + word.size();
    const std::size_t begin = std::min(text.find_first_not_of(blank, gap), text.size());
    if (at < kept || begin == gap || (at > 0 && is_word(text[at - 1]))) continue;
    out.append(text, kept, gap - kept);
    kept = std::min(text.find_first_of(" \t\r\n\"'<>", begin), text.size());
  }
  out.append(text, kept, text.size() - kept);
  return out;
}

struct Signs {
  bool equals = false, parameter = false, colon = false, at = false, percent = false;
};
Signs signs_in(std::string_view text) {
  Signs found;
  for (const char c : text) {
    found.equals = found.equals || c == '=';
    found.colon = found.colon || c == ':';
    found.at = found.at || c == '@';
    found.percent = found.percent || c == '%';
    found.parameter = found.parameter || c == '?' || c == '&' || c == ';' || c == '#' || c == ',';
  }
  return found;
}

std::string cut(std::string_view text, int nested) {
  const Signs has = signs_in(text);
  std::string out(text);
  if (has.at && has.colon) out = without_userinfo(out);
  if ((has.equals && has.parameter) || has.percent) out = without_parameters(out, nested);
  if (has.colon || has.equals) out = without_labelled(out);
  // "earer": 'b' may be either case.
  if (text.size() > 7 && (out.find("earer") != std::string::npos || out.find("EARER") != std::string::npos))
    out = without_bearer(out);
  return out;
}

}  // namespace

std::string without_secrets(std::string_view text) {
  return cut(text, 3);
}

}  // namespace calsync
