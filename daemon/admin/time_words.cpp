#include "daemon/admin/time_words.hpp"

namespace calsync {

namespace {
bool is_date(std::string_view text) {
  if (text.size() != 10) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 4 || i == 7;
    if (dash ? text[i] != '-' : (text[i] < '0' || text[i] > '9')) return false;
  }
  return true;
}
}  // namespace

Result<Instant> parse_when(std::string_view text, Edge edge, Instant now) {
  if (text == "now") return now;
  if (is_date(text)) {
    if (auto day = parse_instant(std::string(text) + "T00:00:00Z"))
      return *day + (edge == Edge::until ? std::chrono::hours{24} : std::chrono::hours{0});
    return Error{Errc::rejected, "there is no day " + std::string(text)};
  }
  if (const auto ago = parse_duration(text)) return now - *ago;
  if (const auto instant = parse_instant(text)) return *instant;
  return Error{Errc::rejected, "not a time: use 2026-11-20, 2026-11-20T09:30:00Z, 2h, 7d or now"};
}

}  // namespace calsync
