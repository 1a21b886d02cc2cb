#include "connectors/calcom/wire/secret_names.hpp"

#include <algorithm>

namespace calsync {
namespace {

constexpr std::string_view parts[] = {"token",  "signature", "secret",   "password",
                                      "passwd", "passcode",  "kenncode", "apikey"};
constexpr std::string_view words[] = {"pwd", "tk",  "zak",    "sig",          "pin",
                                      "otp", "jwt", "bearer", "authorization"};
constexpr std::string_view links[] = {"joinurl",           "hosturl",      "starturl",
                                      "connectandjoinurl", "downloadlink", "downloadlinks"};
constexpr std::string_view labels[] = {"passcode", "password", "passwd",   "pwd", "pin",
                                       "passwort", "kennwort", "kenncode", "otp"};

template <std::size_t n>
bool is_one_of(const std::string_view (&list)[n], std::string_view name) {
  return std::find(std::begin(list), std::end(list), name) != std::end(list);
}

std::string letters_and_digits(std::string_view name) {
  std::string out;
  out.reserve(name.size());
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') out += static_cast<char>(c - 'A' + 'a');
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) out += c;
  }
  return out;
}

bool is_secret(std::string_view plain) {
  if (is_one_of(words, plain)) return true;
  if (plain.size() < 5 || plain.starts_with("secretar")) return false;  // a secretary keeps them
  return std::any_of(std::begin(parts), std::end(parts),
                     [&](std::string_view part) { return plain.find(part) != std::string_view::npos; });
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string percent_decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
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

bool names_a_secret_parameter(std::string_view name) {
  if (name.find('%') == std::string_view::npos) return is_secret(letters_and_digits(name));
  const std::string once = percent_decoded(name);
  return is_secret(letters_and_digits(percent_decoded(once)));
}

bool names_a_secret(std::string_view member) {
  const std::string plain = letters_and_digits(member);
  return is_one_of(links, plain) || is_secret(plain);
}

bool labels_a_secret(std::string_view word) {
  const std::string plain = letters_and_digits(word);  // also "zoomPassword"
  return is_one_of(labels, plain) || plain.ends_with("password") || plain.ends_with("passcode");
}

}  // namespace calsync
