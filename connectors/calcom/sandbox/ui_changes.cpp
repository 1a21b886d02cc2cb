#include "connectors/calcom/sandbox/ui_changes.hpp"

#include "connectors/calcom/sandbox/booking_parts.hpp"
#include "connectors/calcom/sandbox/notices.hpp"
#include "connectors/calcom/sandbox/references.hpp"
#include "connectors/calcom/sandbox/resources.hpp"
#include "connectors/calcom/sandbox/row.hpp"

#include <algorithm>

namespace calsync::sandbox {

namespace json = boost::json;

namespace {

const Row* user_with(World& world, std::string_view email) {
  return world.users.find_if(
      [&](const Row& row) { return !email.empty() && text_of(row, "email") == email; });
}

bool is_date(std::string_view text) {
  return text.size() == 10 && parse_instant(std::string(text) + "T00:00:00Z").has_value();
}

}  // namespace

Answer change_location(World& world, std::string_view uid, const Body& body) {
  Row* booking = find_booking(world, uid);
  if (booking == nullptr) return unknown_booking(uid);
  const auto location = text_of(body, "location");
  if (location.empty()) return refused(400, "the body must say {\"location\": \"…\"}");
  (*booking)["location"] = location;
  touch(world, *booking);
  record(world, "location changed", *booking);
  return success(shown_booking(world, *booking));
}

Answer add_guests(World& world, std::string_view uid, const Body& body) {
  Row* booking = find_booking(world, uid);
  if (booking == nullptr) return unknown_booking(uid);
  const auto* guests = body.if_contains("guests");
  if (guests == nullptr || !guests->is_array() || guests->get_array().empty())
    return refused(400, "the body must say {\"guests\": [\"e-mail\", …]}");
  json::array& people = (*booking)["attendees"].as_array();
  const json::value zone = people.empty() ? json::value("UTC") : people.front().at("timeZone");
  for (const json::value& guest : guests->get_array()) {
    if (!guest.is_string()) return refused(400, "a guest is no e-mail address");
    people.push_back(json::object{{"name", ""},
                                  {"email", guest},
                                  {"timeZone", zone},
                                  {"language", "en"},
                                  {"absent", false},
                                  {"_guest", true}});
    if (json::value& all = (*booking)["guests"]; all.is_array()) all.get_array().push_back(guest);
  }
  touch(world, *booking);
  record(world, "guests added", *booking);
  return success(shown_booking(world, *booking));
}

// As an edit of the database would: the row, and the hours of its MEETING_*, by as many whole days as it takes.
Answer move_to_past(World& world, std::string_view uid) {
  Row* booking = find_booking(world, uid);
  if (booking == nullptr) return unknown_booking(uid);
  const auto end = parse_instant(text_of(*booking, "end"));
  const auto ahead = end ? *end - world.clock.wall() : std::chrono::milliseconds{};
  const auto by = std::max(std::chrono::ceil<std::chrono::days>(ahead), std::chrono::days{0});
  const auto move = [&](Row& row, std::string_view member) {
    if (const auto at = parse_instant(text_of(row, member))) row[member] = to_text(*at - by);
  };
  move(*booking, "start");
  move(*booking, "end");
  if (auto* jobs = booking->if_contains("_jobs"); jobs != nullptr && jobs->is_array())
    for (json::value& job : jobs->get_array()) move(job.as_object(), "at");
  touch(world, *booking);
  record(world, "moved into the past", *booking);
  return success(shown_booking(world, *booking));
}

Answer delete_booking(World& world, std::string_view uid) {
  Row* booking = find_booking(world, uid);
  if (booking == nullptr) return unknown_booking(uid);
  json::object shown = shown_booking(world, *booking);
  remove(world, &World::bookings, number_of(*booking, "id"));
  return success(std::move(shown));
}

Answer set_out_of_office(World& world, const Body& body) {
  Row* entry = world.out_of_office.find(number_of(body, "id"));
  const Row* user = user_with(world, text_of(body, "email"));
  const Row* other = user_with(world, text_of(body, "toEmail"));
  const auto start = text_of(body, "start"), end = text_of(body, "end");
  if (entry == nullptr && user == nullptr) return refused(400, "`email` names no user of the organisation");
  if (!text_of(body, "toEmail").empty() && other == nullptr)
    return refused(400, "`toEmail` names no user of the organisation");
  if (entry == nullptr && (!is_date(start) || !is_date(end) || start > end))
    return refused(400, "`start` and `end` must be dates, YYYY-MM-DD, in this order");
  const std::string now = to_text(world.clock.wall());
  const bool edited = entry != nullptr;
  if (!edited) {
    const auto id = world.out_of_office.insert({{"userId", user->at("id")},
                                                {"toUserId", nullptr},
                                                {"uuid", world.random_uuid()},
                                                {"notes", nullptr},
                                                {"reason", "unspecified"},
                                                {"_createdAt", now}});
    entry = world.out_of_office.find(id);
  }
  if (is_date(start)) (*entry)["start"] = std::string(start) + "T00:00:00.000Z";
  if (is_date(end)) (*entry)["end"] = std::string(end) + "T23:59:59.999Z";
  for (const char* name : {"notes", "reason"})
    if (!text_of(body, name).empty()) (*entry)[name] = text_of(body, name);
  if (other != nullptr) (*entry)["toUserId"] = other->at("id");
  if (is_null(*entry, "_createdAt")) (*entry)["_createdAt"] = now;
  (*entry)["_updatedAt"] = now;
  world.out_of_office.changed(number_of(*entry, "id"));
  announce_out_of_office(world, *entry);
  record_time_off(world, edited ? "time off changed" : "time off", *entry);
  return success(shown(world, out_of_office(), *entry), edited ? 200 : 201);
}

Answer delete_out_of_office(World& world, std::int64_t id) {
  Row* entry = world.out_of_office.find(id);
  if (entry == nullptr) return refused(404, "there is no out-of-office entry " + std::to_string(id));
  remove(world, &World::out_of_office, id);
  return success(json::object{{"id", id}});
}

}  // namespace calsync::sandbox
