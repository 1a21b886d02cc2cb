#include "connectors/calcom/sandbox/schedule_2024_04_15.hpp"

#include "connectors/calcom/sandbox/row.hpp"

#include <array>

namespace calsync::sandbox {

namespace json = boost::json;

namespace {

constexpr std::array<std::string_view, 7> days{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                               "Thursday", "Friday", "Saturday"};

std::int64_t minutes_of(std::string_view time) {
  return (time[0] - '0') * 600 + (time[1] - '0') * 60 + (time[3] - '0') * 10 + (time[4] - '0');
}

json::array numbers_of(const json::value& names) {
  json::array numbers;
  for (std::size_t i = 0; i < days.size(); ++i)
    for (const json::value& name : names.as_array())
      if (std::string_view(name.as_string()) == days[i]) numbers.push_back(static_cast<std::int64_t>(i));
  return numbers;
}

json::array by_weekday(const json::array& rules, const std::string& today) {
  json::array week;
  for (const auto day : days) {
    json::array times;
    for (const json::value& one : rules) {
      const json::object& rule = one.as_object();
      for (const json::value& name : rule.at("days").as_array())
        if (std::string_view(name.as_string()) == day)
          times.push_back(
              json::object{{"start", today + "T" + std::string(text_of(rule, "startTime")) + ":00.000Z"},
                           {"end", today + "T" + std::string(text_of(rule, "endTime")) + ":00.000Z"}});
    }
    week.push_back(std::move(times));
  }
  return week;
}

bool is_last(World& world, std::int64_t owner) {
  std::size_t count = 0;
  for (const auto& [id, row] : world.schedules.rows()) count += number_of(row, "ownerId") == owner ? 1 : 0;
  return count == 1;
}

}  // namespace

json::object in_2024_04_15(World& world, const Row& schedule) {
  const auto id = number_of(schedule, "id"), owner = number_of(schedule, "ownerId");
  const json::array& rules = schedule.at("availability").as_array();
  json::array hours, rows, overrides;
  std::int64_t row_id = id;
  for (const json::value& one : rules) {
    const json::object& rule = one.as_object();
    const json::array numbers = numbers_of(rule.at("days"));
    const auto start = text_of(rule, "startTime"), end = text_of(rule, "endTime");
    hours.push_back(
        json::object{{"days", numbers}, {"startTime", minutes_of(start)}, {"endTime", minutes_of(end)}});
    rows.push_back(json::object{{"id", row_id++},
                                {"userId", nullptr},
                                {"eventTypeId", nullptr},
                                {"days", numbers},
                                {"startTime", "1970-01-01T" + std::string(start) + ":00.000Z"},
                                {"endTime", "1970-01-01T" + std::string(end) + ":00.000Z"},
                                {"date", nullptr},
                                {"scheduleId", id}});
  }
  for (const json::value& one : schedule.at("overrides").as_array()) {
    const std::string day(text_of(one.as_object(), "date"));
    overrides.push_back(json::object{
        {"ranges",
         json::array{{{"start", day + "T" + std::string(text_of(one.as_object(), "startTime")) + ":00.000Z"},
                      {"end", day + "T" + std::string(text_of(one.as_object(), "endTime")) + ":00.000Z"}}}}});
  }
  const Row* user = world.users.find(owner);
  return {{"id", id},
          {"name", schedule.at("name")},
          {"isManaged", false},
          {"workingHours", std::move(hours)},
          {"schedule", std::move(rows)},
          {"availability", by_weekday(rules, to_text(world.clock.wall()).substr(0, 10))},
          {"timeZone", schedule.at("timeZone")},
          {"isDefault", user != nullptr && number_of(*user, "defaultScheduleId") == id},
          {"dateOverrides", std::move(overrides)},
          {"readOnly", false},
          {"isLastSchedule", is_last(world, owner)},
          {"userId", owner}};
}

}  // namespace calsync::sandbox
