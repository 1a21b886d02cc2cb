#include "connectors/calcom/sandbox/resources.hpp"

#include <cctype>

namespace calsync::sandbox {

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& letter : out) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return out;
}

std::string slug_of(std::string_view name) {
  std::string slug;
  for (const char letter : lower_case(name)) {
    const bool kept = std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '.' || letter == '_';
    if (kept)
      slug += letter;
    else if (!slug.empty() && slug.back() != '-')
      slug += '-';
  }
  while (!slug.empty() && slug.back() == '-') slug.pop_back();
  return slug;
}

boost::json::value member_of(const Row& row, std::string_view name) {
  const auto* value = row.if_contains(name);
  return value == nullptr ? boost::json::value(nullptr) : *value;
}

}  // namespace calsync::sandbox
