// A booking as the API of 2024-08-13 shows it: normal, recurring, seated, or both.
#include "connectors/calcom/sandbox/booking_parts.hpp"
#include "connectors/calcom/sandbox/resources.hpp"
#include "connectors/calcom/sandbox/row.hpp"

#include <algorithm>

namespace calsync::sandbox {

namespace json = boost::json;

namespace {

json::array shown_hosts(World& world, const Row& booking) {
  const Row* user = world.users.find(number_of(booking, "userId"));
  if (user == nullptr) return {};
  json::object host{{"id", user->at("id")}};
  for (const char* name : {"name", "email", "username", "timeZone"}) host[name] = member_of(*user, name);
  return {std::move(host)};
}

json::array shown_attendees(const Row& booking) {
  json::array shown;
  const bool seats = number_of(booking, "_seats") > 0;
  for (const json::value& one : booking.at("attendees").as_array()) {
    json::object person;
    for (const auto& [name, value] : one.as_object()) {
      const bool of_seat = name == "seatUid" || name == "bookingFieldsResponses" || name == "metadata";
      if (!name.starts_with("_") && (seats || !of_seat)) person[name] = value;
    }
    shown.push_back(std::move(person));
  }
  return shown;
}

void show_changes(const Row& booking, json::object& shown) {
  if (text_of(booking, "status") == "cancelled") {
    shown["cancellationReason"] = member_of(booking, "cancellationReason");
    shown["cancelledByEmail"] = nullptr;
  }
  for (const char* name : {"reschedulingReason", "rescheduledFromUid", "rescheduledToUid"})
    if (!is_null(booking, name)) shown[name] = booking.at(name);
  if (is_null(booking, "recurringBookingUid"))
    shown["rescheduledByEmail"] = nullptr;
  else
    shown["recurringBookingUid"] = booking.at("recurringBookingUid");
}

}  // namespace

json::object shown_booking(World& world, const Row& booking) {
  json::object shown;
  for (const char* name :
       {"id", "uid", "title", "description", "status", "start", "end", "duration", "eventTypeId", "location",
        "absentHost", "createdAt", "updatedAt", "metadata", "rating", "icsUid"})
    shown[name] = member_of(booking, name);
  shown["hosts"] = shown_hosts(world, booking);
  json::value place = shown.at("location");  // a new member may move all others
  shown["meetingUrl"] = std::move(place);
  const Row* type = world.event_types.find(number_of(booking, "eventTypeId"));
  shown["eventType"] = type == nullptr ? json::value(nullptr)
                                       : json::object{{"id", type->at("id")}, {"slug", type->at("slug")}};
  show_changes(booking, shown);
  shown["attendees"] = shown_attendees(booking);
  if (number_of(booking, "_seats") > 0) return shown;
  if (!is_null(booking, "guests") && !booking.at("guests").as_array().empty())
    shown["guests"] = booking.at("guests");
  shown["bookingFieldsResponses"] = booking.at("bookingFieldsResponses");
  return shown;
}

Answer unknown_booking(std::string_view uid) {
  return refused(404, "Booking with uid=" + std::string(uid) + " was not found in the database");
}

void touch(World& world, Row& booking) {
  booking["updatedAt"] = to_text(world.clock.wall());
  world.bookings.changed(number_of(booking, "id"));
}

bool is_enabled(const Row& type, std::string_view setting) {
  const auto* value = type.if_contains(setting);
  return value != nullptr && value->is_object() && !value->get_object().empty() &&
         !flag_of(value->get_object(), "disabled");
}

Row* find_booking(World& world, std::string_view uid) {
  for (const auto id : world.booking_index().with_uid(uid))
    if (Row* row = world.bookings.find(id); row != nullptr && text_of(*row, "uid") == uid) return row;
  return nullptr;
}

std::vector<Row*> series(World& world, std::string_view recurring_uid) {
  std::vector<Row*> all;
  for (const auto id : world.booking_index().of_series(recurring_uid))
    if (Row* row = world.bookings.find(id); text_of(*row, "recurringBookingUid") == recurring_uid)
      all.push_back(row);
  std::stable_sort(all.begin(), all.end(),
                   [](const Row* a, const Row* b) { return text_of(*a, "start") < text_of(*b, "start"); });
  return all;
}

Row* find_seat(World& world, std::string_view seat_uid) {
  return world.bookings.find_if([&](const Row& row) {
    const auto& people = row.at("attendees").as_array();
    return std::any_of(people.begin(), people.end(), [&](const json::value& one) {
      return !seat_uid.empty() && text_of(one.as_object(), "seatUid") == seat_uid;
    });
  });
}

void record_plain(World& world, Row fact) {
  fact["n"] = world.history.size() + 1;
  fact["at"] = to_text(world.clock.wall());
  world.history.push_back(std::move(fact));
}

void record_time_off(World& world, std::string_view what, const Row& entry) {
  Row fact{{"what", what}, {"oooId", entry.at("id")}, {"uuid", member_of(entry, "uuid")}};
  for (const char* name : {"start", "end", "notes"}) fact[name] = member_of(entry, name);
  if (const Row* user = world.users.find(number_of(entry, "userId"))) fact["user"] = user->at("email");
  record_plain(world, std::move(fact));
}

void record(World& world, std::string_view what, const Row& booking) {
  Row fact{{"what", what}, {"uid", booking.at("uid")}};
  for (const char* name : {"status", "start", "end", "location", "absentHost", "rescheduledFromUid",
                           "rescheduledToUid", "recurringBookingUid", "updatedAt"})
    if (!is_null(booking, name)) fact[name] = booking.at(name);
  if (const Row* host = world.users.find(number_of(booking, "userId"))) fact["host"] = host->at("email");
  json::array people;
  for (const json::value& one : booking.at("attendees").as_array()) {
    json::object person{{"email", one.at("email")}, {"absent", one.at("absent")}};
    if (const auto* seat = one.as_object().if_contains("seatUid")) person["seatUid"] = *seat;
    people.push_back(std::move(person));
  }
  fact["attendees"] = std::move(people);
  record_plain(world, std::move(fact));
}

}  // namespace calsync::sandbox
