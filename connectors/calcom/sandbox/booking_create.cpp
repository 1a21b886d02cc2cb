// Bookings are made: hosts are chosen, a row is written, and whoever subscribes is told.
#include "connectors/calcom/sandbox/booking_parts.hpp"
#include "connectors/calcom/sandbox/notices.hpp"
#include "connectors/calcom/sandbox/resources.hpp"
#include "connectors/calcom/sandbox/row.hpp"

#include <algorithm>

namespace calsync::sandbox {

namespace json = boost::json;

namespace {

using namespace std::chrono;

json::array people_of(World& world, const Wish& wish, const Hosts& hosts) {
  json::array people{wish.attendee};
  for (const json::value& guest : wish.guests)
    people.push_back(json::object{{"name", ""},
                                  {"email", guest},
                                  {"timeZone", wish.attendee.at("timeZone")},
                                  {"language", "en"},
                                  {"absent", false},
                                  {"_guest", true}});
  for (const auto id : hosts.others)
    if (const Row* user = world.users.find(id))
      people.push_back(json::object{{"name", text_of(*user, "name")},
                                    {"email", user->at("email")},
                                    {"timeZone", user->at("timeZone")},
                                    {"language", "en"},
                                    {"absent", false},
                                    {"_hostId", id}});
  return people;
}

json::object recurring_event(const Row& type) {
  const auto& rule = type.at("recurrence").as_object();
  const auto frequency = text_of(rule, "frequency");
  const int freq = frequency == "yearly" ? 0 : frequency == "monthly" ? 1 : frequency == "daily" ? 3 : 2;
  return {{"freq", freq},
          {"count", number_of(rule, "occurrences")},
          {"interval", std::max<std::int64_t>(1, number_of(rule, "interval"))}};
}

// Months and years keep the day of the month, or take the month's last.
Instant occurrence(const json::object& rule, Instant first, std::int64_t n) {
  const auto steps = n * number_of(rule, "interval");
  const auto freq = number_of(rule, "freq");
  if (freq == 3) return first + days{steps};
  if (freq == 2) return first + weeks{steps};
  const auto day = floor<days>(first);
  auto date = year_month_day{day} + months{static_cast<int>(freq == 1 ? steps : steps * 12)};
  if (!date.ok()) date = date.year() / date.month() / last;
  return sys_days{date} + (first - day);
}

void give_seat(World& world, json::object& attendee, const Wish& wish) {
  attendee["seatUid"] = world.random_uuid();
  attendee["bookingFieldsResponses"] = wish.responses;
  attendee["metadata"] = wish.metadata;
}

void continue_from(const Row& from, Row& row) {
  row["icsUid"] = from.at("icsUid");
  row["_sequence"] = number_of(from, "_sequence") + 1;
  row["rescheduledFromUid"] = from.at("uid");
  if (!is_null(from, "recurringBookingUid")) {
    row["recurringBookingUid"] = from.at("recurringBookingUid");
    row["_recurring"] = from.at("_recurring");
  }
}

json::object shown_with_seat(World& world, const Row& booking, const std::string& seat) {
  json::object shown = shown_booking(world, booking);
  if (!seat.empty()) shown["seatUid"] = seat;
  return shown;
}

std::string first_seat(const Row& booking) {
  return std::string(text_of(booking.at("attendees").as_array().front().as_object(), "seatUid"));
}

json::object take_seat(World& world, Row& booking, const Wish& wish) {
  const std::string seat = add_seat(world, booking, wish);
  record(world, "seat taken", booking);
  announce(world, "BOOKING_CREATED", booking, {.seat = seat});
  return shown_with_seat(world, booking, seat);
}

json::object tell_of_new(World& world, Row& booking) {
  const bool pending = text_of(booking, "status") == "pending";
  record(world, pending ? "requested" : "created", booking);
  const std::string seat = first_seat(booking);
  announce(world, pending ? "BOOKING_REQUESTED" : "BOOKING_CREATED", booking, {.seat = seat});
  return shown_with_seat(world, booking, seat);
}

Answer create_one(World& world, const Wish& wish) {
  const Row type = *world.event_types.find(wish.event_type);
  if (is_enabled(type, "seats"))
    if (Row* shared = booking_with_free_seat(world, type, wish.start))
      return success(take_seat(world, *shared, wish), 201);
  const auto hosts = choose_hosts(world, type, {wish.start, wish.start + wish.length}, {});
  if (!hosts) return nobody_free(type);
  return success(tell_of_new(world, *world.bookings.find(add_booking(world, wish, *hosts))), 201);
}

// An occurrence: in a slot that is shared and has a seat free, or held by somebody who can.
struct Occurrence {
  Instant start{};
  std::int64_t shared = 0;
  Hosts hosts{};
};

std::optional<std::vector<Occurrence>> occurrences(World& world, const Row& type, const Wish& wish) {
  const json::object rule = recurring_event(type);
  std::vector<Occurrence> all;
  for (std::int64_t n = 0; n < wish.occurrences; ++n) {
    const Instant start = occurrence(rule, wish.start, n);
    const Row* shared = is_enabled(type, "seats") ? booking_with_free_seat(world, type, start) : nullptr;
    if (shared != nullptr) {
      all.push_back({start, number_of(*shared, "id"), {}});
      continue;
    }
    const HostRules rules{.keep = all.empty() ? 0 : all.front().hosts.organizer};
    auto hosts = choose_hosts(world, type, {start, start + wish.length}, rules);
    if (!hosts) return std::nullopt;
    all.push_back({start, 0, *std::move(hosts)});
  }
  return all;
}

json::value create_occurrence(World& world, const Wish& wish, const Occurrence& one, const std::string& uid) {
  if (Row* shared = world.bookings.find(one.shared)) return take_seat(world, *shared, wish);
  Row& booking = *world.bookings.find(add_booking(world, wish, one.hosts));
  booking["recurringBookingUid"] = uid;
  booking["_recurring"] = recurring_event(*world.event_types.find(wish.event_type));
  world.bookings.changed(number_of(booking, "id"));
  return tell_of_new(world, booking);
}

// One row and one notice for each occurrence; none where any of them cannot be had.
Answer create_series(World& world, const Wish& wish) {
  const Row type = *world.event_types.find(wish.event_type);
  const auto all = occurrences(world, type, wish);
  if (!all) return nobody_free(type);
  const std::string uid = world.random_uuid();
  json::array data;
  for (const Occurrence& one : *all) {
    Wish then = wish;
    then.start = one.start;
    data.push_back(create_occurrence(world, then, one, uid));
  }
  return success(std::move(data), 201);
}

}  // namespace

std::int64_t add_booking(World& world, const Wish& wish, const Hosts& hosts, const Row* from) {
  const Row& type = *world.event_types.find(wish.event_type);
  const std::string now = to_text(world.clock.wall()), uid = world.random_id(22);
  Row row{
      {"uid", uid},
      {"title", title_of(world, type, *world.users.find(hosts.organizer), text_of(wish.attendee, "name"))},
      {"description", text_of(wish.responses, "notes")},
      {"userId", hosts.organizer},
      {"status", needs_confirmation(world, type, wish.start) ? "pending" : "accepted"},
      {"start", to_text(wish.start)},
      {"end", to_text(wish.start + wish.length)},
      {"duration", wish.length.count()},
      {"eventTypeId", wish.event_type},
      {"location", wish.location},
      {"absentHost", false},
      {"createdAt", now},
      {"updatedAt", now},
      {"metadata", wish.metadata},
      {"rating", nullptr},
      {"icsUid", uid + "@Cal.com"},
      {"_sequence", 0},
      {"_teamId", number_of(type, "teamId")},
      {"guests", wish.guests},
      {"bookingFieldsResponses", wish.responses},
      {"attendees", people_of(world, wish, hosts)}};
  json::array others;
  for (const auto id : hosts.others) others.push_back(id);
  row["_hostIds"] = std::move(others);
  if (is_enabled(type, "seats")) {
    row["_seats"] = std::max<std::int64_t>(1, number_of(type.at("seats").as_object(), "seatsPerTimeSlot"));
    give_seat(world, row["attendees"].as_array().front().as_object(), wish);
  }
  if (from != nullptr) continue_from(*from, row);
  return world.bookings.insert(std::move(row));
}

std::int64_t seats_taken(const Row& booking) {
  const auto& people = booking.at("attendees").as_array();
  return std::count_if(people.begin(), people.end(),
                       [](const json::value& one) { return one.as_object().contains("seatUid"); });
}

Row* booking_with_free_seat(World& world, const Row& type, Instant start) {
  const std::string at = to_text(start);
  const auto is_it = [&](const Row& row) {
    return number_of(row, "eventTypeId") == number_of(type, "id") && text_of(row, "start") == at &&
           text_of(row, "status") == "accepted" && seats_taken(row) < number_of(row, "_seats");
  };
  for (const auto id : world.booking_index().at_start(number_of(type, "id"), at))
    if (Row* row = world.bookings.find(id); is_it(*row)) return row;
  return nullptr;
}

std::string add_seat(World& world, Row& booking, const Wish& wish) {
  json::object attendee = wish.attendee;
  if (!attendee.contains("seatUid")) give_seat(world, attendee, wish);
  std::string seat(text_of(attendee, "seatUid"));
  booking["attendees"].as_array().push_back(std::move(attendee));
  touch(world, booking);
  return seat;
}

Answer create_booking(World& world, const Request& request, const PathParams&) {
  Wish wish;
  if (auto refusal = read_wish(world, request, wish)) return *std::move(refusal);
  const bool recurring = is_enabled(*world.event_types.find(wish.event_type), "recurrence");
  return recurring ? create_series(world, wish) : create_one(world, wish);
}

}  // namespace calsync::sandbox
