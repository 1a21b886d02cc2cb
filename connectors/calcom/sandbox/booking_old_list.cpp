// GET /v2/bookings as it was before 2024-08-13: what an absent or unknown `cal-api-version` gets, with 200 (CONTRACT §1).
#include "connectors/calcom/sandbox/booking_parts.hpp"
#include "connectors/calcom/sandbox/notices.hpp"
#include "connectors/calcom/sandbox/resources.hpp"
#include "connectors/calcom/sandbox/row.hpp"

#include <algorithm>

namespace calsync::sandbox {

namespace json = boost::json;

namespace {

json::value scheduling_of(const Row& type) {
  const auto scheduling = text_of(type, "schedulingType");
  if (scheduling == "roundRobin") return "ROUND_ROBIN";
  return scheduling == "collective" ? json::value("COLLECTIVE") : json::value(nullptr);
}

json::array hosts_in_list(World& world, const Row& type) {
  json::array hosts;
  for (const auto id : hosts_of(type))
    if (const Row* user = world.users.find(id))
      hosts.push_back(json::object{
          {"userId", id}, {"user", json::object{{"id", user->at("id")}, {"email", user->at("email")}}}});
  return hosts;
}

json::value color_in_list(const Row& type) {
  const auto* color = type.if_contains("color");
  if (color == nullptr || !color->is_object()) return nullptr;
  return json::object{{"darkEventTypeColor", member_of(color->get_object(), "darkThemeHex")},
                      {"lightEventTypeColor", member_of(color->get_object(), "lightThemeHex")}};
}

json::value type_in_list(World& world, const Row* type) {
  if (type == nullptr) return nullptr;
  json::object shown{{"slug", type->at("slug")},
                     {"id", type->at("id")},
                     {"title", type->at("title")},
                     {"eventName", member_of(*type, "customName")},
                     {"price", number_of(*type, "price")},
                     {"recurringEvent", nullptr},
                     {"currency", text_or(*type, "currency", "usd")},
                     {"metadata", json::object{}},
                     {"disableGuests", flag_of(*type, "disableGuests")},
                     {"eventTypeColor", color_in_list(*type)},
                     {"customReplyToEmail", nullptr},
                     {"schedulingType", scheduling_of(*type)},
                     {"hosts", hosts_in_list(world, *type)},
                     {"length", type->at("lengthInMinutes")},
                     {"team", nullptr},
                     {"hostGroups", json::array{}},
                     {"seatsShowAttendees", false},
                     {"seatsShowAvailabilityCount", true}};
  for (const char* off :
       {"allowReschedulingPastBookings", "hideOrganizerEmail", "disableCancelling", "disableRescheduling"})
    shown[off] = flag_of(*type, off);
  if (const Row* team = world.teams.find(number_of(*type, "teamId")))
    shown["team"] =
        json::object{{"id", team->at("id")}, {"name", team->at("name")}, {"slug", team->at("slug")}};
  return shown;
}

json::array video_reference(const Row& booking) {
  if (text_of(booking, "location") != "integrations:daily") return {};
  json::object reference{
      {"id", booking.at("id")}, {"type", "daily_video"}, {"uid", ""}, {"bookingId", booking.at("id")}};
  for (const char* none :
       {"meetingId", "meetingPassword", "meetingUrl", "deleted", "externalCalendarId", "credentialId",
        "thirdPartyRecurringEventId", "domainWideDelegationCredentialId", "delegationCredentialId"})
    reference[none] = nullptr;
  return {std::move(reference)};
}

// A confirmation leaves a video link, though an empty one, in the row; the newer API does not show it.
json::object metadata_in_list(const Row& booking) {
  json::object shown = booking.at("metadata").as_object();
  if (const auto* meeting = booking.if_contains("_meeting"); meeting != nullptr && meeting->is_object())
    if (const auto* kept = meeting->get_object().if_contains("metadata");
        kept != nullptr && kept->is_object())
      for (const auto& [name, value] : kept->get_object()) shown[name] = value;
  return shown;
}

json::object in_list(World& world, const Row& booking) {
  json::object shown;
  for (const char* name : {"id", "title", "description", "createdAt", "updatedAt", "uid", "location"})
    shown[name] = member_of(booking, name);
  shown["startTime"] = booking.at("start");
  shown["endTime"] = booking.at("end");
  shown["responses"] = booking.at("bookingFieldsResponses");
  shown["recurringEventId"] = member_of(booking, "recurringBookingUid");
  shown["fromReschedule"] = member_of(booking, "rescheduledFromUid");
  shown["status"] = text_of(booking, "status") == "pending" ? "PENDING" : "ACCEPTED";
  shown["metadata"] = metadata_in_list(booking);
  shown["customInputs"] = json::object{};
  for (const char* no : {"paid", "isRecorded"}) shown[no] = false;
  for (const char* none :
       {"rescheduled", "routedFromRoutingFormReponse", "rescheduler", "user", "userPrimaryEmail"})
    shown[none] = nullptr;
  for (const char* empty : {"payment", "seatsReferences"}) shown[empty] = json::array{};
  if (const Row* user = world.users.find(number_of(booking, "userId"))) {
    shown["userPrimaryEmail"] = user->at("email");
    shown["user"] = json::object{
        {"id", user->at("id")}, {"name", member_of(*user, "name")}, {"email", user->at("email")}};
  }
  shown["eventType"] = type_in_list(world, world.event_types.find(number_of(booking, "eventTypeId")));
  shown["references"] = video_reference(booking);
  shown["attendees"] = stored_people(booking);
  const auto* reasons = booking.if_contains("_reassigned");
  shown["assignmentReason"] = reasons == nullptr ? json::value(json::array{}) : *reasons;
  return shown;
}

}  // namespace

// Those of the caller that are to come, which is what it lists unless it is asked for others.
Answer list_old_bookings(World& world, const Request&, const PathParams&) {
  const std::string now = to_text(world.clock.wall());
  std::vector<const Row*> rows;
  for (const auto& [id, row] : world.bookings.rows()) {
    const auto status = text_of(row, "status");
    if ((status == "accepted" || status == "pending") && text_of(row, "end") >= now) rows.push_back(&row);
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const Row* a, const Row* b) { return text_of(*a, "start") < text_of(*b, "start"); });
  json::array bookings;
  for (const Row* row : rows) bookings.push_back(in_list(world, *row));
  const auto count = bookings.size();
  return success(json::object{{"bookings", std::move(bookings)},
                              {"recurringInfo", json::array{}},
                              {"totalCount", count},
                              {"nextCursor", nullptr}});
}

}  // namespace calsync::sandbox
