// A rescheduled booking is a new one, with a new uid; the old one is cancelled, and nobody is told of that.
#include "connectors/calcom/sandbox/booking_parts.hpp"
#include "connectors/calcom/sandbox/notices.hpp"
#include "connectors/calcom/sandbox/resources.hpp"
#include "connectors/calcom/sandbox/row.hpp"

#include <algorithm>

namespace calsync::sandbox {

namespace json = boost::json;

namespace {

using namespace std::chrono;

std::optional<Answer> over_already(const Row& booking) {
  const auto status = text_of(booking, "status");
  const std::string uid(text_of(booking, "uid")), to(text_of(booking, "rescheduledToUid"));
  if (status == "cancelled" && !to.empty())
    return refused(400, "Can't reschedule booking with uid=" + uid +
                            " because it has been cancelled and rescheduled already to booking with uid=" +
                            to + ". You probably want to reschedule " + to +
                            " instead by passing it within the request URL.");
  if (status == "cancelled" || status == "rejected")
    return refused(400, "Can't reschedule booking with uid=" + uid + " because it has been " +
                            std::string(status) + " already. Please provide uid of a booking that is not " +
                            std::string(status) + ".");
  return std::nullopt;
}

// What was booked, to be booked again at another time, for as long as the event type says now.
Wish again(const Row& booking, const Row& type, Instant start, const json::object& attendee) {
  Wish wish;
  wish.event_type = number_of(type, "id");
  wish.start = start;
  wish.length = minutes{number_of(type, "lengthInMinutes")};
  wish.attendee = attendee;
  if (!is_null(booking, "guests")) wish.guests = booking.at("guests").as_array();
  wish.responses = booking.at("bookingFieldsResponses").as_object();
  wish.metadata = booking.at("metadata").as_object();
  wish.location = text_of(booking, "location");
  return wish;
}

void close(World& world, Row& old, std::string_view new_uid) {
  old["status"] = "cancelled";
  old["cancellationReason"] = nullptr;
  old["rescheduledToUid"] = new_uid;
  unschedule_meetings(old);
  touch(world, old);
}

struct Move {
  Instant start{};
  std::string reason{}, by{};
};

Answer move_booking(World& world, std::int64_t old_id, const Row& type, const Move& move) {
  const Row old = *world.bookings.find(old_id);
  Wish wish = again(old, type, move.start, old.at("attendees").as_array().front().as_object());
  wish.attendee["absent"] = false;
  if (!move.reason.empty()) wish.responses["rescheduledReason"] = move.reason;
  const auto hosts = choose_hosts(world, type, {wish.start, wish.start + wish.length},
                                  {.keep = number_of(old, "userId"), .except = old_id});
  if (!hosts) return nobody_free(type);
  Row& booking = *world.bookings.find(add_booking(world, wish, *hosts, &old));
  if (number_of(old, "_seats") > 0) booking["attendees"] = old.at("attendees");  // all seats go with it
  if (!move.reason.empty()) booking["reschedulingReason"] = move.reason;
  close(world, *world.bookings.find(old_id), text_of(booking, "uid"));
  record(world, "closed by reschedule", *world.bookings.find(old_id));
  const bool pending = text_of(booking, "status") == "pending";
  record(world, "rescheduled", booking);
  announce(world, pending ? "BOOKING_REQUESTED" : "BOOKING_RESCHEDULED", booking,
           {.from = &old, .rescheduled_by = move.by});
  return success(shown_booking(world, booking), 201);
}

// One seat goes to another slot: into the booking that is there, or into a new one.
Answer move_seat(World& world, std::int64_t old_id, const Row& type, std::string_view seat,
                 const Move& move) {
  Row& now = *world.bookings.find(old_id);
  json::array& people = now["attendees"].as_array();
  const auto at = std::find_if(people.begin(), people.end(), [&](const json::value& one) {
    return text_of(one.as_object(), "seatUid") == seat;
  });
  if (at == people.end())
    return refused(404, "Seat with uid=" + std::string(seat) +
                            " was not found in booking with uid=" + std::string(text_of(now, "uid")) + ".");
  const Row old = now;
  const json::object attendee = at->as_object();
  const Wish wish = again(old, type, move.start, attendee);
  Row* target = booking_with_free_seat(world, type, move.start);
  const auto hosts =
      target == nullptr
          ? choose_hosts(world, type, {wish.start, wish.start + wish.length},
                         {.keep = number_of(old, "userId"), .except = seats_taken(now) == 1 ? old_id : 0})
          : std::nullopt;
  if (target == nullptr && !hosts) return nobody_free(type);
  people.erase(at);
  if (target != nullptr) {
    add_seat(world, *target, wish);
  } else {
    target = world.bookings.find(add_booking(world, wish, *hosts));
    (*target)["attendees"].as_array().front() = attendee;
    (*target)["rescheduledFromUid"] = old.at("uid");
  }
  Row& left = *world.bookings.find(old_id);
  touch(world, left);
  if (seats_taken(left) == 0) close(world, left, text_of(*target, "uid"));
  record(world, "seat moved away", left);
  record(world, "seat moved here", *target);
  const std::string uid(seat);
  announce(world, "BOOKING_RESCHEDULED", *target,
           {.seat = uid, .from = &old, .from_seat = uid, .rescheduled_by = move.by});
  json::object shown = shown_booking(world, *target);
  shown["seatUid"] = uid;
  return success(std::move(shown), 201);
}

}  // namespace

Answer reschedule_booking(World& world, const Request& request, const PathParams& params) {
  static const Row nothing;
  const Row& body = request.body.is_object() ? request.body.get_object() : nothing;
  Row* booking = find_booking(world, params.text("bookingUid"));
  if (booking == nullptr) return unknown_booking(params.text("bookingUid"));
  const auto start = parse_instant(text_of(body, "start"));
  if (!start) return refused(400, "start property is wrong,start must be a valid ISO 8601 date string ");
  if (auto refusal = over_already(*booking)) return *std::move(refusal);
  const Row* found = world.event_types.find(number_of(*booking, "eventTypeId"));
  if (found == nullptr) return refused(404, "Event type of booking was not found.");
  if (*start < world.clock.wall()) return refused(400, "Attempting to book a meeting in the past.");
  const Row type = *found;
  const Move move{floor<seconds>(*start), std::string(text_of(body, "reschedulingReason")),
                  std::string(text_of(body, "rescheduledBy"))};
  const auto id = number_of(*booking, "id");
  const auto seat = text_of(body, "seatUid");
  return seat.empty() ? move_booking(world, id, type, move) : move_seat(world, id, type, seat, move);
}

}  // namespace calsync::sandbox
