#include "state/base/log_text.hpp"

#include "state/base/utf8.hpp"

namespace calsync::log {
namespace {

void append(std::string& out, std::string_view text, bool escape_quotes) {
  static constexpr char digits[] = "0123456789abcdef";
  while (!text.empty()) {
    const char c = text.front();
    const std::size_t size = utf8_character_size(text);
    if (size == 0) {
      out += utf8_replacement;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
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
