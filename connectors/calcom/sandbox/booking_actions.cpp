// What is done to a booking by API: cancelled, confirmed, declined, reassigned, somebody marked as absent.
#include "connectors/calcom/sandbox/booking_parts.hpp"
#include "connectors/calcom/sandbox/guards.hpp"
#include "connectors/calcom/sandbox/notices.hpp"
#include "connectors/calcom/sandbox/resources.hpp"
#include "connectors/calcom/sandbox/row.hpp"

#include <algorithm>
#include <charconv>

namespace calsync::sandbox {

namespace json = boost::json;

namespace {

const Row& body_of(const Request& request) {
  static const Row nothing;
  return request.body.is_object() ? request.body.get_object() : nothing;
}

Answer not_pending(const Row& booking) {
  return refused(400, "Booking with uid=" + std::string(text_of(booking, "uid")) + " is not pending: it is " +
                          std::string(text_of(booking, "status")) + " already.");
}

std::optional<Answer> may_decide(World& world, const Row& booking, const PathParams& params) {
  const auto caller = params.caller_id();
  if (is_org_admin(world, caller) || number_of(booking, "userId") == caller) return std::nullopt;
  return refused(403, "BookingUidGuard - User (" + std::to_string(caller) +
                          ") may not manage booking with uid=" + std::string(text_of(booking, "uid")) + ".");
}

void cancel_row(World& world, Row& booking, const std::string& reason) {
  booking["status"] = "cancelled";
  booking["cancellationReason"] = reason.empty() ? json::value(nullptr) : json::value(reason);
  booking["_sequence"] = number_of(booking, "_sequence") + 1;
  unschedule_meetings(booking);
  touch(world, booking);
  record(world, "cancelled", booking);
}

// This one and those after it; whoever subscribes hears of one.
Answer cancel_rest(World& world, const std::vector<Row*>& all, std::string_view from,
                   const std::string& reason) {
  json::array data;
  bool told = false;
  for (Row* one : all) {
    const auto status = text_of(*one, "status");
    if (text_of(*one, "start") < from || (status != "accepted" && status != "pending")) continue;
    cancel_row(world, *one, reason);
    if (!told) announce_cancelled(world, *one, {.reason = reason});
    told = true;
    data.push_back(shown_booking(world, *one));
  }
  return success(std::move(data));
}

Answer cancel_seat(World& world, Row& booking, std::string_view seat, const std::string& reason) {
  json::array& people = booking["attendees"].as_array();
  const auto at = std::find_if(people.begin(), people.end(), [&](const json::value& one) {
    return text_of(one.as_object(), "seatUid") == seat;
  });
  if (at == people.end())
    return refused(404, "Seat with uid=" + std::string(seat) + " was not found in booking with uid=" +
                            std::string(text_of(booking, "uid")) + ".");
  const json::array leaver{*at};
  booking["_sequence"] = number_of(booking, "_sequence") + 1;
  announce_cancelled(world, booking, {.reason = reason, .only_attendees = leaver});
  people.erase(at);
  touch(world, booking);
  if (seats_taken(booking) == 0)
    cancel_row(world, booking, reason);
  else
    record(world, "seat given up", booking);
  return success(shown_booking(world, booking));
}

json::object reassigned(const Row& booking, const Row& user) {
  return {{"bookingUid", booking.at("uid")},
          {"reassignedTo", json::object{{"id", user.at("id")},
                                        {"name", text_or(user, "name", "unknown")},
                                        {"email", user.at("email")}}}};
}

// Why it has this host, which only the old list of bookings shows.
void note_reassignment(World& world, Row& booking, const Row* by) {
  std::string now = to_text(world.clock.wall());
  now.pop_back();  // without a zone, as the database prints it
  json::value& reasons = booking["_reassigned"];
  if (!reasons.is_array()) reasons = json::array{};
  const auto id = number_of(booking, "id") * 100 + static_cast<std::int64_t>(reasons.get_array().size()) + 1;
  const std::string name(by == nullptr ? std::string_view("unknown") : text_of(*by, "username"));
  reasons.get_array().push_back(json::object{{"id", id},
                                             {"createdAt", now},
                                             {"bookingId", booking.at("id")},
                                             {"reasonEnum", "RR_REASSIGNED"},
                                             {"reasonString", "Reassigned by: " + name + ". "}});
}

Answer give_to(World& world, Row& booking, const Row& type, const Row& user, const Row* by) {
  if (number_of(booking, "userId") == number_of(user, "id")) return success(reassigned(booking, user));
  booking["userId"] = user.at("id");
  note_reassignment(world, booking, by);
  const auto& people = booking.at("attendees").as_array();
  if (!people.empty())
    booking["title"] = title_of(world, type, user, text_of(people.front().as_object(), "name"));
  touch(world, booking);
  record(world, "reassigned", booking);
  return success(reassigned(booking, user));
}

std::optional<Span> span_of(const Row& booking) {
  const auto start = parse_instant(text_of(booking, "start")), end = parse_instant(text_of(booking, "end"));
  if (!start || !end) return std::nullopt;
  return Span{*start, *end};
}

// The absent and the present of the body, into the row; those that were named and are there.
json::array mark_people(Row& booking, const json::array& named) {
  json::array changed;
  for (json::value& one : booking["attendees"].as_array())
    for (const json::value& mark : named) {
      if (!mark.is_object() || text_of(mark.get_object(), "email") != text_of(one.as_object(), "email"))
        continue;
      one.as_object()["absent"] = flag_of(mark.get_object(), "absent");
      changed.push_back(json::object{{"email", one.at("email")}, {"noShow", one.at("absent")}});
    }
  return changed;
}

}  // namespace

Answer cancel_booking(World& world, const Request& request, const PathParams& params) {
  const Row& body = body_of(request);
  const std::string& uid = params.text("bookingUid");
  const std::string reason(text_of(body, "cancellationReason"));
  if (const auto all = series(world, uid); !all.empty()) return cancel_rest(world, all, "", reason);
  Row* booking = find_booking(world, uid);
  if (booking == nullptr) return unknown_booking(uid);
  if (const auto status = text_of(*booking, "status"); status == "cancelled" || status == "rejected")
    return refused(400, "Can't cancel booking with uid=" + uid + " because it has been " +
                            std::string(status) + " already. Please provide uid of a booking that is not " +
                            std::string(status) + ".");
  if (const auto seat = text_of(body, "seatUid"); !seat.empty())
    return cancel_seat(world, *booking, seat, reason);
  if (flag_of(body, "cancelSubsequentBookings") && !is_null(*booking, "recurringBookingUid"))
    return cancel_rest(world, series(world, text_of(*booking, "recurringBookingUid")),
                       text_of(*booking, "start"), reason);
  cancel_row(world, *booking, reason);
  announce_cancelled(world, *booking, {.reason = reason});
  return success(shown_booking(world, *booking));
}

Answer confirm_booking(World& world, const Request&, const PathParams& params) {
  Row* booking = find_booking(world, params.text("bookingUid"));
  if (booking == nullptr) return unknown_booking(params.text("bookingUid"));
  if (auto refusal = may_decide(world, *booking, params)) return *std::move(refusal);
  if (text_of(*booking, "status") != "pending") return not_pending(*booking);
  std::vector<Row*> all = series(world, text_of(*booking, "recurringBookingUid"));
  if (all.empty()) all.push_back(booking);
  for (Row* one : all) {
    if (text_of(*one, "status") != "pending") continue;
    (*one)["status"] = "accepted";
    touch(world, *one);
    record(world, "confirmed", *one);
    if (one != booking) schedule_meetings(world, *one, meeting_of_confirmation(world, *one));
  }
  announce_decision(world, "BOOKING_CREATED", *booking, {.caller = params.caller_id()});
  return success(shown_booking(world, *booking));
}

Answer decline_booking(World& world, const Request& request, const PathParams& params) {
  Row* booking = find_booking(world, params.text("bookingUid"));
  if (booking == nullptr) return unknown_booking(params.text("bookingUid"));
  if (auto refusal = may_decide(world, *booking, params)) return *std::move(refusal);
  if (text_of(*booking, "status") != "pending") return not_pending(*booking);
  (*booking)["status"] = "rejected";
  touch(world, *booking);
  record(world, "rejected", *booking);
  announce_decision(
      world, "BOOKING_REJECTED", *booking,
      {.caller = params.caller_id(), .reason = std::string(text_of(body_of(request), "reason"))});
  return success(shown_booking(world, *booking));
}

// Nobody is told of it.
Answer reassign_booking(World& world, const Request&, const PathParams& params) {
  Row* booking = find_booking(world, params.text("bookingUid"));
  if (booking == nullptr) return unknown_booking(params.text("bookingUid"));
  if (auto refusal = may_decide(world, *booking, params)) return *std::move(refusal);
  const Row* type = world.event_types.find(number_of(*booking, "eventTypeId"));
  if (type == nullptr || text_of(*type, "schedulingType") != "roundRobin")
    return refused(400, "Can't reassign booking with uid=" + params.text("bookingUid") +
                            " because it is not a round robin booking.");
  const auto now_with = number_of(*booking, "userId");
  if (params.values.contains("userId")) {
    const auto hosts = hosts_of(*type);
    const auto wanted = params.id("userId");
    if (std::find(hosts.begin(), hosts.end(), wanted) == hosts.end())
      return refused(400, "User with id " + params.text("userId") + " is not a host of the event type.");
    return give_to(world, *booking, *type, *world.users.find(wanted), params.caller);
  }
  const auto span = span_of(*booking);
  const auto hosts =
      span ? choose_hosts(world, *type, *span, {.except = number_of(*booking, "id"), .not_this = now_with})
           : std::nullopt;
  if (!hosts || hosts->organizer == now_with)
    return refused(400, "No available users found for the event type at the time of the booking.");
  return give_to(world, *booking, *type, *world.users.find(hosts->organizer), params.caller);
}

Answer mark_absent(World& world, const Request& request, const PathParams& params) {
  Row* booking = find_booking(world, params.text("bookingUid"));
  if (booking == nullptr) return unknown_booking(params.text("bookingUid"));
  if (auto refusal = may_decide(world, *booking, params)) return *std::move(refusal);
  const std::string now = to_text(world.clock.wall());
  if (text_of(*booking, "start") > now)
    return refused(
        400,
        "Bookings can only be marked as absent after their scheduled start time. Current time in UTC+0: " +
            now + ", Booking start time in UTC+0: " + std::string(text_of(*booking, "start")));
  const Row& body = body_of(request);
  if (const auto* host = body.if_contains("host"); host != nullptr && host->is_bool())
    (*booking)["absentHost"] = *host;
  json::array changed;
  if (const auto* named = body.if_contains("attendees"); named != nullptr && named->is_array())
    changed = mark_people(*booking, named->get_array());
  if (!changed.empty()) announce_no_show(world, *booking, std::move(changed));
  touch(world, *booking);
  record(world, "absence", *booking);
  return success(shown_booking(world, *booking));
}

}  // namespace calsync::sandbox
