#include "state/events/email.hpp"

#include <algorithm>

namespace calsync {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
bool alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z');
}
bool beyond_ascii(char c) {
  return static_cast<unsigned char>(c) >= 0x80;
}  // RFC 6531
bool local_part(char c) {
  return alphanumeric(c) || beyond_ascii(c) ||
         std::string_view(".!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}
bool domain_part(char c) {
  return alphanumeric(c) || beyond_ascii(c) || c == '.' || c == '-';
}

// "https://user:password@host": what stands before the '@' is a secret, not a person.
bool inside_url_authority(std::string_view text, std::size_t at) {
  constexpr std::size_t longest_userinfo = 1024;
  const std::size_t from = at > longest_userinfo ? at - longest_userinfo : 0;
  const auto before = text.substr(from, at - from);
  const auto scheme = before.rfind("://");
  return scheme != std::string_view::npos &&
         before.find_first_of("/?# \t\n\"\\<>", scheme + 3) == std::string_view::npos;
}

}  // namespace

std::string lower_ascii(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

void collect_emails(std::string_view text, std::vector<std::string>& found) {
  constexpr std::size_t longest_local = 320;  // RFC 5321 allows 64; a bound keeps the search linear
  for (auto at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1)) {
    std::size_t begin = at;
    while (begin > 0 && at - begin < longest_local && local_part(text[begin - 1])) --begin;
    std::size_t end = at + 1;
    while (end < text.size() && domain_part(text[end])) ++end;
    while (end > at + 1 && (text[end - 1] == '.' || text[end - 1] == '-')) --end;  // the end of a sentence
    // In "mailto:a@b" and "email=a@b" the address begins behind the sign.
    const auto local = text.substr(begin, at - begin);
    if (const auto sign = local.find_last_of("=/?&"); sign != std::string_view::npos) begin += sign + 1;
    if (inside_url_authority(text, at)) continue;
    if (begin == at || end == at + 1) continue;
    found.push_back(lower_ascii(text.substr(begin, end - begin)));
  }
}

void sort_unique(std::vector<std::string>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

}  // namespace calsync
