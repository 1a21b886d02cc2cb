#include "config/plan/open_hours.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace calsync {
namespace {

// "09:30" → 570; what is no time of day was refused before.
int minute(const boost::json::value* text) {
  if (text == nullptr || !text->is_string() || text->get_string().size() < 5) return 0;
  const auto& t = text->get_string();
  return ((t[0] - '0') * 10 + (t[1] - '0')) * 60 + (t[3] - '0') * 10 + (t[4] - '0');
}

void join(std::vector<std::pair<int, int>>& intervals) {
  std::ranges::sort(intervals);
  std::vector<std::pair<int, int>> out;
  for (const auto& one : intervals) {
    if (!out.empty() && one.first <= out.back().second)
      out.back().second = std::max(out.back().second, one.second);
    else
      out.push_back(one);
  }
  intervals = std::move(out);
}

}  // namespace

OpenHours open_hours(const boost::json::array& rows) {
  OpenHours hours;
  for (const auto& row : rows) {
    const boost::json::object* object = row.if_object();
    const boost::json::value* days = object != nullptr ? object->if_contains("days") : nullptr;
    if (days == nullptr || !days->is_array()) continue;
    const int from = minute(object->if_contains("startTime")), to = minute(object->if_contains("endTime"));
    for (const auto& day : days->get_array())
      if (day.is_string()) hours[std::string(day.get_string())].emplace_back(from, to);
  }
  for (auto& [day, intervals] : hours) join(intervals);
  return hours;
}

}  // namespace calsync
