// CONTRACT §6: hours that overlap, or end before they start.
#include "config/desired/checks.hpp"
#include "config/desired/text_forms.hpp"
#include "config/resources/values.hpp"

#include <algorithm>

namespace calsync {
namespace json = boost::json;
namespace {

struct Hours {
  int from, to;
  std::string pointer;
};

// By what they are for: a weekday or a date.
using Days = std::map<std::string, std::vector<Hours>>;

std::string span(const Hours& hours) {
  const auto text = [](int minute) {
    const std::string m = std::to_string(minute % 60), h = std::to_string(minute / 60);
    return (h.size() == 1 ? "0" : "") + h + ":" + (m.size() == 1 ? "0" : "") + m;
  };
  return text(hours.from) + "–" + text(hours.to);
}

std::optional<Hours> hours_of(const Resource& resource, const json::object& row, const std::string& pointer,
                              bool may_close, Reading& reading) {
  const auto from = minute_of_day(text_in(row, "startTime")), to = minute_of_day(text_in(row, "endTime"));
  if (!from || !to) return std::nullopt;  // told already
  const bool closed = may_close && *from == 0 && *to == 0;
  if (*to <= *from && !closed) {
    reading.error(
        place_in(resource, pointer),
        "these hours end before they start: " + text_in(row, "startTime") + " to " + text_in(row, "endTime"));
    return std::nullopt;
  }
  return Hours{*from, *to, pointer};
}

void tell_overlaps(const Resource& resource, Days& days, Reading& reading) {
  for (auto& [day, hours] : days) {
    std::ranges::stable_sort(hours, {}, &Hours::from);
    for (std::size_t i = 1; i < hours.size(); ++i)
      if (hours[i].from < hours[i - 1].to)
        reading.error(place_in(resource, hours[i].pointer),
                      day + " " + span(hours[i]) + " overlaps " + span(hours[i - 1]));
  }
}

}  // namespace

void check_schedule(const Resource& resource, Reading& reading) {
  if (resource.implied) return;  // a pattern's copy: told at the pattern
  Days days, dates;
  if (const auto* rows = list_in(resource.fields, "availability"))
    for (std::size_t i = 0; i < rows->size(); ++i) {
      const json::object& row = (*rows)[i].get_object();
      const auto hours = hours_of(resource, row, "/availability/" + std::to_string(i), false, reading);
      const json::array* names = list_in(row, "days");
      if (hours && names != nullptr)
        for (const auto& name : *names) days[std::string(name.get_string())].push_back(*hours);
    }
  if (const auto* rows = list_in(resource.fields, "overrides"))
    for (std::size_t i = 0; i < rows->size(); ++i) {
      const json::object& row = (*rows)[i].get_object();
      const auto hours = hours_of(resource, row, "/overrides/" + std::to_string(i), true, reading);
      if (hours) dates[text_in(row, "date")].push_back(*hours);
    }
  tell_overlaps(resource, days, reading);
  tell_overlaps(resource, dates, reading);
}

}  // namespace calsync
