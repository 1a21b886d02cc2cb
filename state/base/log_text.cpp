#include "state/base/log_text.hpp"

#include <cstdint>

namespace calsync::log {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

// What may follow a first byte: Unicode's table 3-7, "well-formed UTF-8 byte sequences".
struct Form {
  unsigned char first_least, first_most;
  unsigned char second_least, second_most;
  std::size_t size;
};
constexpr Form forms[] = {
    {0x00, 0x7f, 0, 0, 1},       {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
    {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
    {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4}};

bool between(char c, unsigned char least, unsigned char most) {
  return static_cast<unsigned char>(c) >= least && static_cast<unsigned char>(c) <= most;
}

bool follows(std::string_view text, const Form& form) {
  if (text.size() < form.size) return false;
  if (form.size > 1 && !between(text[1], form.second_least, form.second_most)) return false;
  for (std::size_t i = 2; i < form.size; ++i)
    if (!between(text[i], 0x80, 0xbf)) return false;
  return true;
}

// Bytes of the character in front; 0: not UTF-8.
std::size_t character_size(std::string_view text) {
  for (const Form& form : forms)
    if (between(text.front(), form.first_least, form.first_most)) return follows(text, form) ? form.size : 0;
  return 0;
}

void append(std::string& out, std::string_view text, bool escape_quotes) {
  static constexpr char digits[] = "0123456789abcdef";
  while (!text.empty()) {
    const char c = text.front();
    const std::size_t size = character_size(text);
    if (size == 0) {
      out += replacement;
    } else if (between(c, 0, 0x1f) || c == 0x7f) {
      out += "\\u00";
      out.push_back(digits[static_cast<unsigned char>(c) >> 4U]);
      out.push_back(digits[static_cast<unsigned char>(c) & 0x0fU]);
    } else {
      if (escape_quotes && (c == '"' || c == '\\')) out.push_back('\\');
      out.append(text.substr(0, size));
    }
    text.remove_prefix(size == 0 ? 1 : size);
  }
}

}  // namespace

void append_json_text(std::string& out, std::string_view text) {
  append(out, text, true);
}
void append_plain_text(std::string& out, std::string_view text) {
  append(out, text, false);
}

std::string without_secrets(std::string text, const std::vector<Secret>& hidden) {
  constexpr std::string_view mask = "***";
  for (const Secret& secret : hidden)
    for (std::size_t at = text.find(secret.reveal()); at != std::string::npos;
         at = text.find(secret.reveal(), at + mask.size()))
      text.replace(at, secret.size(), mask);
  return text;
}

}  // namespace calsync::log
