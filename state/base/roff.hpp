// Text for man pages, as roff(7) reads it. Pure.
#pragma once
#include <string>
#include <string_view>

namespace calsync::roff {

std::string escaped(std::string_view text);                      // nothing in it is taken for a request
std::string item(std::string_view term, std::string_view text);  // a term, and its text indented below it

}  // namespace calsync::roff
