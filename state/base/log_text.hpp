// Text for a log line: valid UTF-8, one line, and no known secret in it. Pure but for the list of secrets
// that it is given.
#pragma once
#include "state/base/secret.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace calsync::log {

// Appends `text` as JSON text without the quotes. Bytes that are no UTF-8 become U+FFFD (Unicode 15, table
// 3-7).
void append_json_text(std::string& out, std::string_view text);

// Appends `text` for people: control characters escaped as in JSON, so that a line stays one line; quotes
// stay.
void append_plain_text(std::string& out, std::string_view text);

std::string without_secrets(std::string text, const std::vector<Secret>& hidden);

}  // namespace calsync::log
