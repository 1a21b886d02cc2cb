#include "state/base/utf8.hpp"

#include <algorithm>

namespace calsync {
namespace {

// What may follow a first byte.
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

}  // namespace

std::size_t utf8_character_size(std::string_view text) {
  for (const Form& form : forms)
    if (between(text.front(), form.first_least, form.first_most)) return follows(text, form) ? form.size : 0;
  return 0;
}

bool is_control(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return first < 0x20 || first == 0x7F;
  return character.size() == 2 && first == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;  // C1
}

bool turns_direction(std::string_view character) {
  return (character >= "\xE2\x80\xAA" && character <= "\xE2\x80\xAE") ||  // U+202A to U+202E
         (character >= "\xE2\x81\xA6" && character <= "\xE2\x81\xA9");    // U+2066 to U+2069
}

std::string plain_line(std::string_view text, std::size_t most) {
  std::string out;
  while (!text.empty()) {
    const std::size_t size = utf8_character_size(text);
    const std::string_view character = text.substr(0, std::max<std::size_t>(size, 1));
    if (out.size() + character.size() > most) return out + "...";
    const bool plain = size > 0 && !is_control(character) && !turns_direction(character);
    out += plain ? character : "?";
    text.remove_prefix(character.size());
  }
  return out;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t size = utf8_character_size(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

}  // namespace calsync
