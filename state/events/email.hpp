// E-mail addresses inside any text: who a record is about (for `forget` and for filters). Pure.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace calsync {

std::string lower_ascii(std::string_view text);
bool equal_ignoring_case(std::string_view a, std::string_view b);

// Appends every address in `text`, lower case. The part behind "://" up to the '@' is no address but a URL's
// user and password, and is passed over. Works on plain text and on JSON text.
void collect_emails(std::string_view text, std::vector<std::string>& found);
void sort_unique(std::vector<std::string>& values);

}  // namespace calsync
