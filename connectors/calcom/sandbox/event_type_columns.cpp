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

// Some question must tell where to reach who books.
std::optional<Answer> reachable_booker(Write& write) {
  const auto* all = write.given.if_contains("bookingFields");
  if (all == nullptr || !all->is_array()) return std::nullopt;
  const auto& list = all->get_array();
  const bool reachable = std::any_of(list.begin(), list.end(), [](const json::value& one) {
    const auto type = text_of(one.as_object(), "type");
    return (type == "email" || type == "phone") && flag_of(one.get_object(), "required") &&
           !flag_of(one.get_object(), "hidden");
  });
  return reachable ? std::nullopt
                   : std::optional(refused(
                         400, "At least one of email or phone booking field must be required and visible"));
}

// Seats go with one location, and without confirmation.
std::optional<Answer> seats_alone(Write& write) {
  const auto member = [&](const char* name) -> const json::value* {
    if (const auto* given = write.given.if_contains(name)) return given;
    return write.row == nullptr ? nullptr : write.row->if_contains(name);
  };
  const auto enabled = [&](const char* name) {
    const auto* value = member(name);
    return value != nullptr && value->is_object() && !is_disabled(*value);
  };
  if (!enabled("seats")) return std::nullopt;
  const auto* locations = member("locations");
  if (locations != nullptr && locations->is_array() && locations->get_array().size() > 1)
    return refused(400, "Seats Validation failed: Seats are enabled but more than one location provided.");
  if (enabled("confirmationPolicy") && (write.row == nullptr || write.given.contains("confirmationPolicy")))
    return refused(400, "Seats Validation failed: Seats are enabled but requiresConfirmation is true.");
  return std::nullopt;
}

// Found by the second of the server's two steps: what the first has written stays, without hosts.
std::optional<Answer> fail_on_seats_and_recurrence(Write& write) {
  const bool seats = flag_of(write.row->at("seats").as_object(), "disabled") == false;
  if (!seats || is_null(*write.row, "recurrence")) return std::nullopt;
  return trpc_error();
}

}  // namespace calsync::sandbox
