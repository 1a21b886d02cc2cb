#include "connectors/calcom/sandbox/event_type_parts.hpp"
#include "connectors/calcom/sandbox/resources.hpp"
#include "connectors/calcom/sandbox/row.hpp"

#include <algorithm>

namespace calsync::sandbox {

namespace json = boost::json;

namespace {

bool is_disabled(const json::value& value) {
  return value.is_object() && flag_of(value.get_object(), "disabled");
}

// {…} is stored as {disabled: false, …}; a recurrence is not cleared by {disabled: true}.
void say_enabled(Row& given, const char* name) {
  auto* value = given.if_contains(name);
  if (value == nullptr || !value->is_object() || is_disabled(*value)) return;
  json::object stored{{"disabled", false}};
  for (const auto& [member, inner] : value->get_object()) stored[member] = inner;
  *value = std::move(stored);
}

void camel_case_type(Row& given) {
  const auto type = text_of(given, "schedulingType");
  if (type == "ROUND_ROBIN") given["schedulingType"] = "roundRobin";
  if (type == "COLLECTIVE" || type == "MANAGED") given["schedulingType"] = lower_case(type);
}

// A PATCH without questions keeps them as they are, and shows or hides the one for guests when told so.
void set_questions(Write& write) {
  const bool hidden = flag_of(write.given, "disableGuests"), told = write.given.contains("disableGuests");
  const auto* given = write.given.if_contains("bookingFields");
  if (given != nullptr && given->is_array()) {
    write.given["bookingFields"] = questions(given->get_array(), hidden);
  } else if (write.row == nullptr) {
    write.given["bookingFields"] = questions({}, hidden);
  } else if (told) {
    json::array kept = write.row->at("bookingFields").as_array();
    hide_guests(kept, hidden);
    write.given["bookingFields"] = std::move(kept);
  }
}

}  // namespace

std::optional<Answer> into_columns(Write& write) {
  Row& given = write.given;
  camel_case_type(given);
  set_questions(write);
  say_enabled(given, "recurrence");
  say_enabled(given, "seats");
  if (const auto* recurrence = given.if_contains("recurrence");
      recurrence != nullptr && is_disabled(*recurrence))
    given.erase("recurrence");
  for (const char* limit : {"bookingLimitsCount", "bookingLimitsDuration"})
    if (auto* value = given.if_contains(limit); value != nullptr && is_disabled(*value))
      *value = json::object{};
  if (write.row != nullptr && text_of(given, "schedulingType") != "")
    given.erase("schedulingType");  // 200, ignored
  return std::nullopt;
}

std::optional<Answer> connected_locations(Write& write) {
  const auto* given = write.given.if_contains("locations");
  if (given == nullptr || !given->is_array()) return std::nullopt;
  for (const json::value& one : given->get_array()) {
    const auto* location = one.if_object();
    if (location == nullptr || text_of(*location, "type") != "integration") continue;
    const auto app = text_of(*location, "integration");
    if (app != "cal-video") return refused(400, std::string(app) + " not connected.");
  }
  return std::nullopt;
}

std::optional<Answer> length_among_options(Write& write) {
  const auto* options = write.given.if_contains("lengthInMinutesOptions");
  if (options == nullptr || !options->is_array()) return std::nullopt;
  const Row& length_of =
      write.given.contains("lengthInMinutes") || write.row == nullptr ? write.given : *write.row;
  const auto length = number_of(length_of, "lengthInMinutes");
  const auto& list = options->get_array();
  const bool among = std::any_of(list.begin(), list.end(), [&](const json::value& one) {
    return one.is_int64() && one.get_int64() == length;
  });
  if (among) return std::nullopt;
  return refused(400, "lengthInMinutes must be one of the values in lengthInMinutesOptions.");
}

// Found by the second of the server's two steps: what the first has written stays, without hosts.
std::optional<Answer> fail_on_seats_and_recurrence(Write& write) {
  const bool seats = flag_of(write.row->at("seats").as_object(), "disabled") == false;
  if (!seats || is_null(*write.row, "recurrence")) return std::nullopt;
  return trpc_error();
}

}  // namespace calsync::sandbox
