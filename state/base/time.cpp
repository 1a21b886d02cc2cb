#include "state/base/time.hpp"

#include <charconv>
#include <cstdio>
#include <limits>

namespace calsync {
namespace {

using std::chrono::milliseconds;

// Reads the front of a text, piece by piece; each call says whether the piece was there.
struct Reader {
  std::string_view rest;

  bool digits(std::size_t count, int& out) {
    if (rest.size() < count) return false;
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (rest[i] < '0' || rest[i] > '9') return false;
      value = value * 10 + (rest[i] - '0');
    }
    out = value;
    rest.remove_prefix(count);
    return true;
  }
  bool literal(char c) {
    if (rest.empty() || rest.front() != c) return false;
    rest.remove_prefix(1);
    return true;
  }
};

bool read_date(Reader& in, std::chrono::year_month_day& date) {
  int year = 0;
  int month = 0;
  int day = 0;
  if (!in.digits(4, year) || !in.literal('-') || !in.digits(2, month) || !in.literal('-') ||
      !in.digits(2, day))
    return false;
  date = {std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
          std::chrono::day{static_cast<unsigned>(day)}};
  return date.ok();
}

bool read_fraction(Reader& in, int& ms) {
  if (!in.literal('.')) return true;
  int scale = 100;
  std::size_t count = 0;
  while (!in.rest.empty() && in.rest.front() >= '0' && in.rest.front() <= '9') {
    ms += scale * (in.rest.front() - '0');
    scale /= 10;
    in.rest.remove_prefix(1);
    ++count;
  }
  return count > 0;
}

bool read_time_of_day(Reader& in, milliseconds& since_midnight) {
  int hour = 0;
  int minute = 0;
  int second = 0;
  int ms = 0;
  if (!in.digits(2, hour) || !in.literal(':') || !in.digits(2, minute)) return false;
  if (in.literal(':') && !(in.digits(2, second) && read_fraction(in, ms))) return false;
  if (hour > 23 || minute > 59 || second > 60) return false;  // 60: a leap second, read as the next minute
  since_midnight = std::chrono::hours{hour} + std::chrono::minutes{minute} + std::chrono::seconds{second} +
                   milliseconds{ms};
  return true;
}

bool read_zone(Reader& in, std::chrono::minutes& offset) {
  if (in.literal('Z') || in.literal('z')) return in.rest.empty();
  const bool east = in.literal('+');
  if (!east && !in.literal('-')) return false;
  int hour = 0;
  int minute = 0;
  if (!in.digits(2, hour)) return false;
  const bool colon = in.literal(':');
  if ((colon || !in.rest.empty()) && !in.digits(2, minute)) return false;  // +01 is +01:00
  if (hour > 23 || minute > 59 || !in.rest.empty()) return false;
  offset = std::chrono::hours{hour} + std::chrono::minutes{minute};
  if (!east) offset = -offset;
  return true;
}

}  // namespace

std::string to_text(Instant instant) {
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss<milliseconds> time{instant - day};
  char out[40];
  const int size =
      std::snprintf(out, sizeof out, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                    static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                    static_cast<int>(time.seconds().count()), static_cast<int>(time.subseconds().count()));
  return {out, static_cast<std::size_t>(size)};
}

Result<Instant> parse_instant(std::string_view text) {
  Reader in{text};
  std::chrono::year_month_day date{};
  milliseconds since_midnight{};
  std::chrono::minutes offset{};
  const bool ok = read_date(in, date) && (in.literal('T') || in.literal('t') || in.literal(' ')) &&
                  read_time_of_day(in, since_midnight) && read_zone(in, offset);
  if (!ok) return Error{Errc::rejected, "not an ISO 8601 instant with a zone, such as 2026-11-20T09:30:00Z"};
  return Instant{std::chrono::sys_days{date}} + since_midnight - offset;
}

Result<std::string> parse_date_part(std::string_view text) {
  Reader in{text};
  std::chrono::year_month_day date{};
  if (!read_date(in, date) ||
      !(in.rest.empty() || in.rest.front() == 'T' || in.rest.front() == 't' || in.rest.front() == ' '))
    return Error{Errc::rejected, "not a date, such as 2026-12-21"};
  return std::string(text.substr(0, 10));
}

namespace {
struct DurationUnit {
  std::string_view name;
  std::int64_t ms;
};
constexpr DurationUnit units[] = {
    {"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}};
}  // namespace

Result<milliseconds> parse_duration(std::string_view text) {
  std::int64_t count = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), count);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (status == std::errc{} && count >= 0) {
    for (const auto& [name, ms] : units)
      if (unit == name && count <= std::numeric_limits<std::int64_t>::max() / ms)
        return milliseconds{count * ms};
  }
  return Error{Errc::rejected, "not a duration: write a whole number and ms, s, m, h or d, such as 2m"};
}

std::string to_text(milliseconds duration) {
  for (const auto& [name, ms] : units)
    if (duration.count() != 0 && duration.count() % ms == 0)
      return std::to_string(duration.count() / ms) + std::string(name);
  return "0s";
}

Instant SystemClock::wall() {
  return std::chrono::floor<milliseconds>(std::chrono::system_clock::now());
}
std::chrono::steady_clock::time_point SystemClock::steady() {
  return std::chrono::steady_clock::now();
}

}  // namespace calsync
