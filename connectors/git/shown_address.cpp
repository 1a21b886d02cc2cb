#include "connectors/git/shown_address.hpp"

#include <algorithm>

namespace calsync {

std::string shown_address(std::string_view text) {
  constexpr std::string_view begins = "://";
  std::string out;
  for (std::size_t at = text.find(begins); at != std::string_view::npos; at = text.find(begins)) {
    out += text.substr(0, at + begins.size());
    text.remove_prefix(at + begins.size());
    const std::size_t end = std::min(text.find_first_of("/ \t\n'\""), text.size());
    const std::size_t user = text.substr(0, end).rfind('@');
    if (user != std::string_view::npos) text.remove_prefix(user + 1);
  }
  return out += text;
}

}  // namespace calsync
