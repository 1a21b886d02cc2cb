#include "config/plan/open_then.hpp"

#include "config/plan/open_hours.hpp"
#include "config/resources/values.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace calsync {
namespace json = boost::json;
namespace {

constexpr int minutes_a_day = 24 * 60, last_minute = minutes_a_day - 1;
constexpr const char* weekdays[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                    "Thursday", "Friday", "Saturday"};

struct Local {
  std::string date;  // 2026-11-20
  int minute = 0;
  std::string weekday;
};

int number_at(const std::string& text, std::size_t at, std::size_t digits) {
  int out = 0;
  for (std::size_t i = at; i < at + digits && i < text.size(); ++i) out = out * 10 + (text[i] - '0');
  return out;
}

Local local_of(const std::string& text) {
  using namespace std::chrono;
  const year_month_day day{year{number_at(text, 0, 4)}, month{static_cast<unsigned>(number_at(text, 5, 2))},
                           std::chrono::day{static_cast<unsigned>(number_at(text, 8, 2))}};
  return {text.substr(0, 10), number_at(text, 11, 2) * 60 + number_at(text, 14, 2),
          weekdays[weekday{sys_days{day}}.c_encoding()]};
}

const json::array& usual() {
  static const json::array hours =
      json::parse(R"([{"days":["Monday","Tuesday","Wednesday","Thursday","Friday"],
      "startTime":"09:00","endTime":"17:00"}])")
          .as_array();
  return hours;
}

// The rows of a day's overrides, as hours of that day; nullopt: it has none.
std::optional<json::array> override_of(const json::object& schedule, const Local& day) {
  const json::array* rows = list_in(schedule, "overrides");
  if (rows == nullptr) return std::nullopt;
  std::optional<json::array> out;
  for (const auto& row : *rows) {
    if (!row.is_object() || text_in(row.get_object(), "date").substr(0, 10) != day.date) continue;
    if (!out) out.emplace();
    json::object hours = row.get_object();
    hours["days"] = json::array{json::string(day.weekday)};
    out->push_back(std::move(hours));
  }
  return out;
}

// [from, to) of one day. 23:59 is the end of the day (CONTRACT §6).
bool covers(const json::object& schedule, const Local& day, int from, int to) {
  const json::array* rows = list_in(schedule, "availability");
  const auto instead = override_of(schedule, day);
  const OpenHours hours = open_hours(instead ? *instead : rows != nullptr ? *rows : usual());
  const auto at = hours.find(day.weekday);
  return at != hours.end() && std::ranges::any_of(at->second, [&](const std::pair<int, int>& open) {
           const int end = open.second == last_minute ? minutes_a_day : open.second;
           return open.first <= from && to <= end && open.first < end;
         });
}

}  // namespace

bool is_open_then(const json::object& schedule, Instant from, Instant to, const LocalTime& local_time) {
  const std::string zone = text_in(schedule, "timeZone");
  const auto first = local_time(from, zone), last = local_time(to, zone);
  if (!first || !last) return true;
  const Local begin = local_of(*first), end = local_of(*last);
  if (begin.date == end.date) return covers(schedule, begin, begin.minute, end.minute);
  // Over midnight: to the end of the first day, and from the beginning of the last one.
  return covers(schedule, begin, begin.minute, minutes_a_day) &&
         (end.minute == 0 || covers(schedule, end, 0, end.minute));
}

}  // namespace calsync
