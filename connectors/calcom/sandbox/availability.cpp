#include "connectors/calcom/sandbox/availability.hpp"

#include "connectors/calcom/sandbox/row.hpp"
#include "connectors/calcom/sandbox/zones.hpp"

#include <algorithm>
#include <array>

namespace calsync::sandbox {

namespace json = boost::json;

namespace {

using namespace std::chrono;

struct Hours {
  std::string zone = "Europe/London";
  json::array weekly{json::object{{"days", {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday"}},
                                  {"startTime", "09:00"},
                                  {"endTime", "17:00"}}};
  json::array overrides{};
};

Hours hours_of(World& world, std::int64_t user_id, const Row& event_type) {
  const Row* user = world.users.find(user_id);
  const Row* schedule = world.schedules.find(number_of(event_type, "scheduleId"));
  if (schedule == nullptr && user != nullptr)
    schedule = world.schedules.find(number_of(*user, "defaultScheduleId"));
  Hours hours;
  if (schedule != nullptr) {
    hours.zone = text_of(*schedule, "timeZone");
    hours.weekly = schedule->at("availability").as_array();
    hours.overrides = schedule->at("overrides").as_array();
  } else if (user != nullptr) {
    hours.zone = text_of(*user, "timeZone");
  }
  return hours;
}

minutes time_of(std::string_view text) {
  const auto digit = [&](std::size_t at) { return text[at] - '0'; };
  return hours{digit(0) * 10 + digit(1)} + minutes{digit(3) * 10 + digit(4)};
}

bool on_day(const json::object& rule, sys_days day) {
  constexpr std::array<std::string_view, 7> names{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                  "Thursday", "Friday", "Saturday"};
  const auto wanted = names[weekday{day}.c_encoding()];
  for (const json::value& name : rule.at("days").as_array())
    if (std::string_view(name.as_string()) == wanted) return true;
  return false;
}

// An override replaces the whole day; one of no length is a day off.
void add_day(const Hours& hours, sys_days day, std::vector<Span>& spans) {
  const std::string date = to_text(Instant{day}).substr(0, 10);
  const auto add = [&](const json::object& rule) {
    const Span span{at_wall_time(hours.zone, day, time_of(text_of(rule, "startTime"))),
                    at_wall_time(hours.zone, day, time_of(text_of(rule, "endTime")))};
    if (span.start < span.end) spans.push_back(span);
  };
  bool overridden = false;
  for (const json::value& one : hours.overrides) {
    if (text_of(one.as_object(), "date") != date) continue;
    overridden = true;
    add(one.get_object());
  }
  if (overridden) return;
  for (const json::value& one : hours.weekly)
    if (on_day(one.as_object(), day)) add(one.get_object());
}

std::vector<Span> joined(std::vector<Span> spans) {
  std::sort(spans.begin(), spans.end(), [](const Span& a, const Span& b) { return a.start < b.start; });
  std::vector<Span> out;
  for (const Span& span : spans) {
    if (!out.empty() && span.start <= out.back().end)
      out.back().end = std::max(out.back().end, span.end);
    else
      out.push_back(span);
  }
  return out;
}

// Instants in the API's one form compare as text.
struct TextSpan {
  std::string start, end;
};

TextSpan as_text(const Span& span) {
  return {to_text(span.start), to_text(span.end)};
}

bool overlaps(const Row& row, const TextSpan& then) {
  return text_of(row, "start") < then.end && then.start < text_of(row, "end");
}

bool overlap(const Span& a, const Span& b) {
  return a.start < b.end && b.start < a.end;
}

bool hosts(const Row& booking, std::int64_t user_id) {
  if (number_of(booking, "userId") == user_id) return true;
  const auto* others = booking.if_contains("_hostIds");
  if (others == nullptr || !others->is_array()) return false;
  const auto& list = others->get_array();
  return std::any_of(list.begin(), list.end(),
                     [&](const json::value& id) { return id.is_int64() && id.get_int64() == user_id; });
}

bool is_away(World& world, std::int64_t user_id, const TextSpan& then) {
  const auto ids = world.time_off_index().of_host(user_id, then.start, then.end);
  return std::any_of(ids.begin(), ids.end(), [&](std::int64_t id) {
    const Row& row = *world.out_of_office.find(id);
    return number_of(row, "userId") == user_id && overlaps(row, then);
  });
}

}  // namespace

std::vector<Span> open_hours(World& world, std::int64_t user_id, const Row& event_type, Span within) {
  const Hours hours = hours_of(world, user_id, event_type);
  std::vector<Span> spans;
  const auto last = floor<days>(within.end) + days{1};
  for (auto day = floor<days>(within.start) - days{1}; day <= last; day += days{1})
    add_day(hours, day, spans);
  std::vector<Span> cut;
  for (const Span& span : joined(std::move(spans)))
    if (overlap(span, within))
      cut.push_back({std::max(span.start, within.start), std::min(span.end, within.end)});
  return cut;
}

bool is_busy(World& world, std::int64_t user_id, const Row& event_type, Span then, std::int64_t except) {
  const TextSpan wanted = as_text({then.start - minutes{number_of(event_type, "beforeEventBuffer")},
                                   then.end + minutes{number_of(event_type, "afterEventBuffer")}});
  const auto ids = world.booking_index().of_host(user_id, wanted.start, wanted.end);
  return std::any_of(ids.begin(), ids.end(), [&](std::int64_t id) {
    const Row& booking = *world.bookings.find(id);
    if (!overlaps(booking, wanted) || id == except) return false;
    const auto status = text_of(booking, "status");
    return (status == "accepted" || status == "pending") && hosts(booking, user_id);
  });
}

bool is_available(World& world, std::int64_t user_id, const Row& event_type, Span then, std::int64_t except) {
  // What the index answers first: the hours are worked out anew each time.
  if (is_away(world, user_id, as_text(then)) || is_busy(world, user_id, event_type, then, except))
    return false;
  const auto open = open_hours(world, user_id, event_type, then);
  return open.size() == 1 && open.front().start == then.start && open.front().end == then.end;
}

std::vector<std::int64_t> hosts_of(const Row& event_type) {
  std::vector<std::int64_t> ids;
  if (const auto* list = event_type.if_contains("_hosts"); list != nullptr && list->is_array())
    for (const json::value& host : list->get_array()) ids.push_back(number_of(host.as_object(), "userId"));
  if (ids.empty() && number_of(event_type, "ownerId") != 0) ids.push_back(number_of(event_type, "ownerId"));
  return ids;
}

bool is_bookable(World& world, const Row& event_type, Span then, std::int64_t except) {
  const auto ids = hosts_of(event_type);
  const auto available = [&](std::int64_t id) { return is_available(world, id, event_type, then, except); };
  if (text_of(event_type, "schedulingType") == "roundRobin")
    return std::any_of(ids.begin(), ids.end(), available);
  return !ids.empty() && std::all_of(ids.begin(), ids.end(), available);
}

}  // namespace calsync::sandbox
