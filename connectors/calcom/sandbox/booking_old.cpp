// The API before 2024-08-13, as far as it was recorded: a booking, and what it says to a body of the newer form.
#include "connectors/calcom/sandbox/booking_parts.hpp"
#include "connectors/calcom/sandbox/resources.hpp"
#include "connectors/calcom/sandbox/row.hpp"

#include <algorithm>

namespace calsync::sandbox {

namespace json = boost::json;

namespace {

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& letter : out)
    if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
  return out;
}

json::value old_type(const Row* type) {
  if (type == nullptr) return nullptr;
  const auto scheduling = text_of(*type, "schedulingType");
  return json::object{{"eventName", member_of(*type, "customName")},
                      {"slug", type->at("slug")},
                      {"timeZone", nullptr},
                      {"schedulingType", scheduling == "roundRobin"   ? json::value("ROUND_ROBIN")
                                         : scheduling == "collective" ? json::value("COLLECTIVE")
                                                                      : json::value(nullptr)},
                      {"hideOrganizerEmail", false}};
}

json::object people_of(World& world, const Row& booking) {
  json::object shown{{"user", nullptr}, {"userPrimaryEmail", nullptr}};
  if (const Row* user = world.users.find(number_of(booking, "userId"))) {
    json::object host;
    for (const char* name : {"id", "name", "email", "username", "timeZone", "avatarUrl"})
      host[name] = member_of(*user, name);
    shown["user"] = std::move(host);
    shown["userPrimaryEmail"] = user->at("email");
  }
  json::array attendees;
  for (const json::value& one : booking.at("attendees").as_array()) {
    json::object person;
    for (const char* name : {"name", "email", "timeZone", "phoneNumber"})
      person[name] = member_of(one.as_object(), name);
    attendees.push_back(std::move(person));
  }
  shown["attendees"] = std::move(attendees);
  return shown;
}

Answer get_old(World& world, const Request&, const PathParams& params) {
  const Row* booking = find_booking(world, params.text("bookingUid"));
  if (booking == nullptr) return unknown_booking(params.text("bookingUid"));
  json::object shown = people_of(world, *booking);
  for (const char* name :
       {"title", "id", "uid", "description", "location", "metadata", "cancellationReason", "eventTypeId"})
    shown[name] = member_of(*booking, name);
  for (const char* none :
       {"smsReminderNumber", "cancelledBy", "rejectionReason", "rescheduledBy", "tracking"})
    shown[none] = nullptr;
  shown["rescheduled"] = is_null(*booking, "rescheduledToUid") ? json::value(nullptr) : json::value(true);
  shown["customInputs"] = json::object{};
  shown["recurringEventId"] = member_of(*booking, "recurringBookingUid");
  shown["startTime"] = booking->at("start");
  shown["endTime"] = booking->at("end");
  shown["status"] = upper(text_of(*booking, "status"));
  shown["responses"] = booking->at("bookingFieldsResponses");
  shown["fromReschedule"] = member_of(*booking, "rescheduledFromUid");
  shown["eventType"] = old_type(world.event_types.find(number_of(*booking, "eventTypeId")));
  shown["seatsReferences"] = json::array{};
  return success(std::move(shown));
}

Answer create_old(World&, const Request& request, const PathParams&) {
  json::object known;
  if (request.body.is_object())
    for (const char* name : {"start", "end", "eventTypeId", "timeZone", "language", "metadata"})
      if (const auto* given = request.body.get_object().if_contains(name)) known[name] = *given;
  const json::value target(known);
  std::vector<Invalid> errors;
  if (text_of(known, "timeZone").empty())
    errors.push_back(
        {.property = "timeZone", .constraints = {{"isTimeZone", "timeZone must be a valid IANA time-zone"}}});
  if (text_of(known, "language").empty())
    errors.push_back({.property = "language", .constraints = {{"isString", "language must be a string"}}});
  if (!known.contains("metadata"))
    errors.push_back({.property = "metadata", .constraints = {{"isObject", "metadata must be an object"}}});
  if (!errors.empty()) return invalid(target, errors);
  return refused(400, "The sandbox does not serve the old bookings API: send cal-api-version 2024-08-13");
}

}  // namespace

Routes old_booking_routes() {
  return {{"GET", "/v2/bookings/{bookingUid}", Versions::bookings, Role::nobody, get_old, Shape::old},
          {"POST", "/v2/bookings", Versions::bookings, Role::nobody, create_old, Shape::old},
          {"GET", "/v2/bookings", Versions::bookings, Role::user, list_old_bookings, Shape::old}};
}

}  // namespace calsync::sandbox
