// CONTRACT §4: lower case, no diacritics, each run of other characters than letters, digits and '.' becomes '-'.
#include "config/plan/compare.hpp"

#include <array>

namespace calsync {
namespace {

// Latin letters with marks, as U+00C0…U+017F decompose; what is not here is kept as it is.
std::string_view plain_letter(unsigned code) {
  static constexpr std::array<std::string_view, 0x40> latin1{
      "a", "a", "a", "a", "a", "a", "æ", "c", "e", "e", "e", "e", "i", "i", "i", "i",
      "ð", "n", "o", "o", "o", "o", "o", "-", "ø", "u", "u", "u", "u", "y", "þ", "ß",
      "a", "a", "a", "a", "a", "a", "æ", "c", "e", "e", "e", "e", "i", "i", "i", "i",
      "ð", "n", "o", "o", "o", "o", "o", "-", "ø", "u", "u", "u", "u", "y", "þ", "y"};
  if (code >= 0xC0 && code <= 0xFF) return latin1.at(code - 0xC0);
  return {};
}

bool is_kept(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c >= 0x80;
}

}  // namespace

namespace {

std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == '-' || text.back() == '.')) text.pop_back();
  const auto first = text.find_first_not_of("-.");
  return first == std::string::npos ? std::string() : text.substr(first);
}

unsigned char lower(char letter) {
  const auto c = static_cast<unsigned char>(letter);
  return c >= 'A' && c <= 'Z' ? static_cast<unsigned char>(c - 'A' + 'a') : c;
}

}  // namespace

std::string slugified(std::string_view text) {
  std::string out;
  const auto dash = [&] {
    if (!out.empty() && out.back() != '-') out += '-';
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const unsigned char c = lower(text[i]);
    const bool two = (c == 0xC3 || c == 0xC2) && i + 1 < text.size();
    if (two && c == 0xC3) {
      const auto plain = plain_letter(0xC0U + (static_cast<unsigned char>(text[++i]) & 0x3FU));
      if (plain == "-")
        dash();
      else
        out += plain;
    } else if (is_kept(c)) {
      out += static_cast<char>(c);
    } else {
      dash();
    }
  }
  return trimmed(std::move(out));
}

}  // namespace calsync
