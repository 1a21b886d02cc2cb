// Well-formed UTF-8 (Unicode 15, table 3-7). Pure.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace calsync {

inline constexpr std::string_view utf8_replacement = "\xEF\xBF\xBD";  // U+FFFD

// Bytes of the character in front of a text that is not empty; 0: it is no UTF-8.
std::size_t utf8_character_size(std::string_view text);

bool is_utf8(std::string_view text);

// C0, DEL or C1. `character`: of utf8_character_size() bytes.
bool is_control(std::string_view character);
// An embedding, override or isolate of the direction of writing: what is read is not what is there.
bool turns_direction(std::string_view character);

// Fit for a message, whoever wrote it: one line of `most` bytes or less, and "..." where it was longer. What is no UTF-8, a control
// character or a turn of the direction becomes '?'.
std::string plain_line(std::string_view text, std::size_t most);

}  // namespace calsync
