#include "connectors/calcom/sandbox/notices.hpp"

#include "connectors/calcom/sandbox/booking_parts.hpp"
#include "connectors/calcom/sandbox/resources.hpp"
#include "connectors/calcom/sandbox/row.hpp"
#include "connectors/calcom/sandbox/zones.hpp"

namespace calsync::sandbox {

namespace json = boost::json;

namespace {

constexpr const char* booker_url = "https://sandbox.cal.example";
constexpr std::string_view cal_video = "integrations:daily";

// An event type that is gone reads as an empty one.
const Row& type_of(World& world, const Row& booking) {
  static const Row none;
  const Row* type = world.event_types.find(number_of(booking, "eventTypeId"));
  return type == nullptr ? none : *type;
}

json::value text_or_null(const Row& row, std::string_view name) {
  return text_of(row, name).empty() ? json::value(nullptr) : json::value(text_of(row, name));
}

std::int64_t utc_offset(std::string_view zone, const Row& booking) {
  const auto start = parse_instant(text_of(booking, "start"));
  return start ? offset_at(zone, *start).count() : 0;
}

std::string username_in_org(const Row* user) {
  if (user == nullptr) return "";
  const auto* profile = user->if_contains("profile");
  return profile != nullptr && profile->is_object() ? std::string(text_of(profile->get_object(), "username"))
                                                    : std::string(text_of(*user, "username"));
}

json::object organizer(World& world, const Row& booking, const std::string& in_org) {
  const Row* user = world.users.find(number_of(booking, "userId"));
  if (user == nullptr) return {};
  const std::string zone(text_of(*user, "timeZone"));
  return {{"id", user->at("id")},
          {"name", text_or(*user, "name", "Nameless")},
          {"email", user->at("email")},
          {"username", member_of(*user, "username")},
          {"usernameInOrg", in_org.empty() ? username_in_org(user) : in_org},
          {"timeZone", zone},
          {"language", json::object{{"locale", text_or(*user, "locale", "en")}}},
          {"timeFormat", number_of(*user, "timeFormat") == 24 ? "HH:mm" : "h:mma"},
          {"utcOffset", utc_offset(zone, booking)}};
}

bool is_host(const json::object& attendee) {
  return attendee.contains("_hostId");
}

json::object language_of(const json::object& person) {
  return {{"locale", text_or(person, "language", "en")}};
}

// As the booker typed it: two names in one field have no first and last.
json::object new_attendee(const json::object& person, const Row& booking) {
  json::object told{{"email", person.at("email")},
                    {"name", person.at("name")},
                    {"firstName", ""},
                    {"lastName", ""},
                    {"timeZone", person.at("timeZone")},
                    {"language", language_of(person)},
                    {"utcOffset", utc_offset(text_of(person, "timeZone"), booking)}};
  if (person.contains("phoneNumber")) told["phoneNumber"] = person.at("phoneNumber");
  return told;
}

// As the database has it.
json::object stored_attendee(const json::object& person, const Row& booking) {
  return {
      {"name", person.at("name")},         {"email", person.at("email")},
      {"timeZone", person.at("timeZone")}, {"phoneNumber", member_of(person, "phoneNumber")},
      {"language", language_of(person)},   {"utcOffset", utc_offset(text_of(person, "timeZone"), booking)}};
}

const json::array& people(const Row& booking) {
  return booking.at("attendees").as_array();
}

json::array new_attendees(const Row& booking, const std::string& seat) {
  json::array told;
  for (const json::value& one : people(booking)) {
    const auto& person = one.as_object();
    if (!is_host(person) && (seat.empty() || text_of(person, "seatUid") == seat))
      told.push_back(new_attendee(person, booking));
  }
  return told;
}

json::array stored_attendees(const Row& booking, const json::array& all, bool hosts_too) {
  json::array told;
  for (const json::value& one : all)
    if (hosts_too || !is_host(one.as_object())) told.push_back(stored_attendee(one.as_object(), booking));
  return told;
}

// `full`: with ids and names in parts, as at a booking; else as the database has it.
json::array team_members(const Row& booking, bool full) {
  json::array members;
  for (const json::value& one : people(booking)) {
    const auto& person = one.as_object();
    if (!is_host(person)) continue;
    json::object member = full ? new_attendee(person, booking) : stored_attendee(person, booking);
    member.erase("utcOffset");
    if (full) member["id"] = person.at("_hostId");
    members.push_back(std::move(member));
  }
  return members;
}

void put_team(World& world, const Row& booking, json::array members, json::object& payload) {
  if (const Row* team = world.teams.find(number_of(booking, "_teamId")))
    payload["team"] =
        json::object{{"members", std::move(members)}, {"name", team->at("name")}, {"id", team->at("id")}};
}

json::value seats_of(const Row& booking) {
  return number_of(booking, "_seats") > 0 ? json::value(number_of(booking, "_seats")) : json::value(nullptr);
}

bool seats_setting(const Row& type, std::string_view name, bool otherwise) {
  if (!is_enabled(type, "seats")) return otherwise;
  const auto* value = type.at("seats").as_object().if_contains(name);
  return value != nullptr && value->is_bool() ? value->get_bool() : otherwise;
}

// What all three have.
json::object common(World& world, const Row& booking, const Row& type) {
  return {{"bookerUrl", booker_url},
          {"title", booking.at("title")},
          {"type", text_or(type, "slug", text_of(booking, "title"))},
          {"eventTypeId", booking.at("eventTypeId")},
          {"customInputs", json::object{}},
          {"userFieldsResponses", told_responses(world, booking, false, true)},
          {"hideOrganizerEmail", false},
          {"customReplyToEmail", nullptr},
          {"location", booking.at("location")},
          {"uid", booking.at("uid")},
          {"eventTitle", text_or(type, "title", text_of(booking, "title"))},
          {"eventDescription", text_or_null(type, "description")},
          {"currency", text_or(type, "currency", "usd")},
          {"length", booking.at("duration")},
          {"bookingId", booking.at("id")}};
}

void put_conference(World& world, const Row& booking, json::object& payload) {
  if (text_of(booking, "location") == cal_video)
    payload["conferenceData"] =
        json::object{{"createRequest", json::object{{"requestId", world.random_uuid()}}}};
}

json::object told_metadata(const Row& booking, bool accepted) {
  json::object told;
  if (accepted && text_of(booking, "location").starts_with("http"))
    told["videoCallUrl"] = booking.at("location");
  for (const auto& [name, value] : booking.at("metadata").as_object()) told[name] = value;
  return told;
}

void put_origin(const Row& booking, const Telling& telling, json::object& payload) {
  if (telling.from != nullptr) {
    const Row& from = *telling.from;
    payload["rescheduleId"] = from.at("id");
    payload["rescheduleUid"] = telling.from_seat.empty() ? from.at("uid") : json::value(telling.from_seat);
    payload["rescheduleStartTime"] = short_time(from, "start");
    payload["rescheduleEndTime"] = short_time(from, "end");
    if (!telling.rescheduled_by.empty()) payload["rescheduledBy"] = telling.rescheduled_by;
  }
  if (!is_null(booking, "recurringBookingUid")) {
    payload["recurringEvent"] = booking.at("_recurring");
    payload["existingRecurringEvent"] = json::object{{"recurringEventId", booking.at("recurringBookingUid")}};
  }
}

json::object payload_of_new(World& world, const Row& booking, const Telling& telling) {
  const Row& type = type_of(world, booking);
  const bool pending = text_of(booking, "status") == "pending", of_team = number_of(booking, "_teamId") != 0;
  json::object payload = common(world, booking, type);
  payload["startTime"] = short_time(booking, "start");
  payload["endTime"] = short_time(booking, "end");
  payload["additionalNotes"] = booking.at("description");
  payload["description"] = text_of(type, "description");
  for (const char* off :
       {"hideCalendarNotes", "hideCalendarEventDetails", "disableRescheduling", "disableCancelling"})
    payload[off] = false;
  const auto scheduling = text_of(type, "schedulingType");
  payload["schedulingType"] = scheduling == "roundRobin"   ? json::value("ROUND_ROBIN")
                              : scheduling == "collective" ? json::value("COLLECTIVE")
                                                           : json::value(nullptr);
  payload["seatsPerTimeSlot"] = seats_of(booking);
  payload["seatsShowAttendees"] = seats_setting(type, "showAttendeeInfo", true);
  payload["seatsShowAvailabilityCount"] = seats_setting(type, "showAvailabilityCount", true);
  payload["organizer"] = organizer(world, booking, "");
  payload["attendees"] = new_attendees(booking, telling.seat);
  payload["responses"] = told_responses(world, booking, true, false);
  payload["destinationCalendar"] = of_team ? json::value(json::array{}) : json::value(nullptr);
  payload["iCalUID"] = booking.at("icsUid");
  payload["iCalSequence"] = booking.at("_sequence");
  payload["requiresConfirmation"] = pending;
  payload["oneTimePassword"] = pending ? json::value(world.random_uuid()) : json::value(nullptr);
  put_team(world, booking, team_members(booking, true), payload);
  if (!pending) put_conference(world, booking, payload);
  payload["price"] = number_of(type, "price");
  if (!telling.seat.empty()) payload["attendeeSeatId"] = telling.seat;
  payload["metadata"] = told_metadata(booking, !pending);
  payload["status"] = pending ? "PENDING" : "ACCEPTED";
  put_origin(booking, telling, payload);
  return payload;
}

json::object payload_of_decision(World& world, const Row& booking, const Telling& telling) {
  const Row& type = type_of(world, booking);
  json::object payload = common(world, booking, type);
  payload["startTime"] = booking.at("start");
  payload["endTime"] = booking.at("end");
  payload["responses"] = told_responses(world, booking, false, false);
  payload["organizer"] = organizer(world, booking, username_in_org(world.users.find(telling.caller)));
  payload["attendees"] = stored_attendees(booking, people(booking), true);
  payload["destinationCalendar"] = json::array{};
  payload["requiresConfirmation"] = true;
  payload["hideCalendarNotes"] = false;
  payload["hideCalendarEventDetails"] = false;
  put_team(world, booking, {}, payload);
  payload["price"] = number_of(type, "price");
  const bool accepted = text_of(booking, "status") == "accepted";
  if (accepted) put_conference(world, booking, payload);
  if (!accepted && !telling.reason.empty()) payload["rejectionReason"] = telling.reason;
  payload["status"] = accepted ? "ACCEPTED" : "REJECTED";
  if (!is_null(booking, "recurringBookingUid")) payload["recurringEvent"] = booking.at("_recurring");
  return payload;
}

std::string offset_time(const Row& booking, std::string_view member) {
  std::string text = short_time(booking, member);
  text.replace(text.size() - 1, 1, "+00:00");
  return text;
}

json::object payload_of_cancelled(World& world, const Row& booking, const Telling& telling) {
  const Row& type = type_of(world, booking);
  json::object payload = common(world, booking, type);
  payload["startTime"] = offset_time(booking, "start");
  payload["endTime"] = offset_time(booking, "end");
  payload["additionalNotes"] = booking.at("description");
  payload["description"] = text_of(type, "description");
  payload["responses"] = told_responses(world, booking, false, false);
  payload["organizer"] = organizer(world, booking, "");
  payload["attendees"] = stored_attendees(
      booking, telling.only_attendees.empty() ? people(booking) : telling.only_attendees, false);
  payload["destinationCalendar"] = json::array{};
  if (!telling.reason.empty()) payload["cancellationReason"] = telling.reason;
  put_team(world, booking, team_members(booking, false), payload);
  payload["seatsPerTimeSlot"] = seats_of(booking);
  payload["seatsShowAttendees"] = false;
  payload["iCalUID"] = booking.at("icsUid");
  payload["iCalSequence"] = booking.at("_sequence");
  payload["requiresConfirmation"] = nullptr;
  const auto price = number_of(type, "price");
  payload["price"] = price == 0 ? json::value(nullptr) : json::value(price);
  payload["status"] = "CANCELLED";
  if (!is_null(booking, "recurringBookingUid")) payload["recurringEvent"] = booking.at("_recurring");
  return payload;
}

void tell(World& world, std::string_view trigger, const Row& booking, json::object payload) {
  world.notices.push_back({.trigger = std::string(trigger),
                           .payload = std::move(payload),
                           .team_id = number_of(booking, "_teamId"),
                           .event_type_id = number_of(booking, "eventTypeId"),
                           .user_id = number_of(booking, "userId")});
}

json::value shown_user(const Row* user) {
  if (user == nullptr) return nullptr;
  json::object shown;
  for (const char* name : {"id", "name", "username", "email", "timeZone"})
    shown[name] = member_of(*user, name);
  return shown;
}

struct Reason {
  std::string_view name;
  int id;
  const char* emoji;
};
constexpr Reason reasons[] = {{"unspecified", 1, "🕒"},
                              {"vacation", 2, "🏝️"},
                              {"travel", 3, "✈️"},
                              {"sick", 4, "🤒"},
                              {"public_holiday", 5, "🎉"}};

}  // namespace

std::string short_time(const Row& booking, std::string_view member) {
  std::string text(text_of(booking, member));
  if (text.size() == 24) text.erase(19, 4);  // ".000"
  return text;
}

std::string text_or(const Row& row, std::string_view name, std::string_view otherwise) {
  return std::string(text_of(row, name).empty() ? otherwise : text_of(row, name));
}

void announce(World& world, std::string_view trigger, Row& booking, const Telling& telling) {
  tell(world, trigger, booking, payload_of_new(world, booking, telling));
  if (text_of(booking, "status") == "accepted" && !booking.contains("_meeting"))
    schedule_meetings(world, booking, meeting_of_booking(world, booking));
}

void announce_decision(World& world, std::string_view trigger, Row& booking, const Telling& telling) {
  tell(world, trigger, booking, payload_of_decision(world, booking, telling));
  if (text_of(booking, "status") == "accepted")
    schedule_meetings(world, booking, meeting_of_confirmation(world, booking));
}

void announce_cancelled(World& world, Row& booking, const Telling& telling) {
  tell(world, "BOOKING_CANCELLED", booking, payload_of_cancelled(world, booking, telling));
}

void announce_no_show(World& world, const Row& booking, json::array attendees) {
  std::string absent, present;
  for (const json::value& one : attendees) {
    std::string& list = one.at("noShow").as_bool() ? absent : present;
    list += (list.empty() ? "" : ", ") + std::string(one.at("email").as_string());
  }
  std::string message = absent.empty() ? "" : absent + " marked as no-show";
  if (!present.empty()) message += (message.empty() ? "" : ", ") + present + " unmarked as no-show";
  tell(world, "BOOKING_NO_SHOW_UPDATED", booking,
       {{"message", message},
        {"attendees", std::move(attendees)},
        {"bookingUid", booking.at("uid")},
        {"bookingId", booking.at("id")}});
}

void announce_out_of_office(World& world, const Row& entry) {
  const Row* user = world.users.find(number_of(entry, "userId"));
  if (user == nullptr) return;
  // UTC wall clock under the label of the user's offset: the date is what counts (CONTRACT §11.6).
  const auto local = [&](std::string_view member) {
    const auto at = parse_instant(text_of(entry, member));
    const std::string zoned = zoned_text(text_of(*user, "timeZone"), at ? *at : Instant{});
    return std::string(text_of(entry, member).substr(0, 19)) + zoned.substr(23);
  };
  const auto name = text_of(entry, "reason");
  const Reason* reason = &reasons[0];
  for (const Reason& one : reasons)
    if (one.name == name) reason = &one;
  json::object told{{"id", entry.at("id")},
                    {"start", local("start")},
                    {"end", local("end")},
                    {"createdAt", entry.at("_createdAt")},
                    {"updatedAt", entry.at("_updatedAt")},
                    {"notes", member_of(entry, "notes")},
                    {"reason", json::object{{"emoji", reason->emoji},
                                            {"reason", "ooo_reasons_" + std::string(reason->name)}}},
                    {"reasonId", reason->id},
                    {"user", shown_user(user)},
                    {"toUser", shown_user(world.users.find(number_of(entry, "toUserId")))},
                    {"uuid", entry.at("uuid")}};
  world.notices.push_back({.trigger = "OOO_CREATED",
                           .payload = {{"oooEntry", std::move(told)}},
                           .user_id = number_of(entry, "userId")});
}

}  // namespace calsync::sandbox
