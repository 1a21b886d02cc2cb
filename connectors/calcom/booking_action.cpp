#include "connectors/calcom/booking_action.hpp"

#include "connectors/calcom/api_answer.hpp"
#include "connectors/calcom/query.hpp"
#include "state/events/email.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace calsync {
namespace json = boost::json;
namespace {

using Outcome = ActionResult::Outcome;

bool has_seat(const LiveBooking& booking, const std::string& seat) {
  return std::ranges::any_of(booking.attendees,
                             [&](const LivePerson& person) { return person.seat_uid == seat; });
}

const LivePerson* attendee_with(const LiveBooking& booking, const std::string& email) {
  const auto found = std::ranges::find_if(
      booking.attendees, [&](const LivePerson& person) { return equal_ignoring_case(person.email, email); });
  return found == booking.attendees.end() ? nullptr : &*found;
}

std::string host_of(const LiveBooking& booking) {
  return booking.hosts.empty() ? std::string() : booking.hosts.front().email;
}

bool is_marked(const BookingAction& action, const LiveBooking& booking) {
  if (action.absent_host && booking.host_absent == action.present) return false;
  return std::ranges::all_of(action.absent, [&](const std::string& email) {
    const LivePerson* person = attendee_with(booking, email);
    return person != nullptr && person->absent != action.present;
  });
}

// The booking is as the action was to make it.
bool achieved(const BookingAction& action, const LiveBooking& before, const LiveBooking& now) {
  switch (action.kind) {
    case ActionKind::cancel:
      return now.status == "cancelled" || (!action.seat_uid.empty() && !has_seat(now, action.seat_uid));
    case ActionKind::reassign:
      if (!action.to_email.empty()) return equal_ignoring_case(host_of(now), action.to_email);
      return !equal_ignoring_case(host_of(now), host_of(before));
    case ActionKind::reschedule:
      if (!action.seat_uid.empty() && !has_seat(now, action.seat_uid)) return true;
      return !now.rescheduled_to.empty() && now.rescheduled_to != before.rescheduled_to;
    case ActionKind::confirm:
      return now.status == "accepted";
    case ActionKind::decline:
      return now.status == "rejected";
    case ActionKind::mark_absent:
      return is_marked(action, now);
  }
  return false;
}

std::string step_of(const BookingAction& action) {
  const std::string user = action.to_user_id.empty() ? "" : "/" + percent_encoded(action.to_user_id);
  return std::string(to_text(action.kind)) + user;
}

json::object absence_body(const BookingAction& action) {
  json::object body;
  if (action.absent_host) body["host"] = !action.present;
  json::array list;
  for (const std::string& email : action.absent)
    list.push_back(json::object{{"email", email}, {"absent", !action.present}});
  if (!list.empty()) body["attendees"] = std::move(list);
  return body;
}

json::object body_of(const BookingAction& action) {
  if (action.kind == ActionKind::mark_absent) return absence_body(action);
  json::object body;
  const char* reason = action.kind == ActionKind::cancel       ? "cancellationReason"
                       : action.kind == ActionKind::reschedule ? "reschedulingReason"
                                                               : "reason";
  if (!action.reason.empty() && action.kind != ActionKind::confirm) body[reason] = action.reason;
  if (!action.seat_uid.empty()) body["seatUid"] = action.seat_uid;
  if (action.subsequent) body["cancelSubsequentBookings"] = true;
  if (action.start) body["start"] = to_text(*action.start);
  return body;
}

std::string new_uid_of(const ApiAnswer& answer, const std::string& call) {
  const auto data = read_data(answer, call);
  const auto* row = data ? data->if_object() : nullptr;
  const auto* uid = row ? row->if_contains("uid") : nullptr;
  return uid && uid->is_string() ? std::string(uid->get_string()) : std::string();
}

// No 2xx: what is true is what the booking says now.
ActionResult read_back(CalcomApi& api, const BookingAction& action, const LiveBooking& before, ApiUse use,
                       const Error& error, bool may_have_worked) {
  const auto now = get_bookings(api, before.uid, use);
  if (!now)
    return {
        may_have_worked ? Outcome::unknown : Outcome::failed,
        error.what + (may_have_worked ? "; whether it was done could not be read: " + now.error().what : ""),
        {}};
  const auto same = std::ranges::find(*now, before.uid, &LiveBooking::uid);
  const LiveBooking& found = same == now->end() ? now->front() : *same;
  if (now->empty() || !achieved(action, before, found)) return {Outcome::failed, error.what, {}};
  return {may_have_worked ? Outcome::done : Outcome::already,
          may_have_worked ? "it was done, although Cal.com did not say so" : "it was so already",
          found.rescheduled_to};
}

}  // namespace

const char* to_text(ActionKind kind) {
  switch (kind) {
    case ActionKind::cancel:
      return "cancel";
    case ActionKind::reassign:
      return "reassign";
    case ActionKind::reschedule:
      return "reschedule";
    case ActionKind::confirm:
      return "confirm";
    case ActionKind::decline:
      return "decline";
    case ActionKind::mark_absent:
      return "mark-absent";
  }
  return "";
}

std::string already_so(const BookingAction& action, const LiveBooking& booking) {
  switch (action.kind) {
    case ActionKind::cancel:
    case ActionKind::decline:
    case ActionKind::confirm:
      return achieved(action, booking, booking) && (action.seat_uid.empty() || !booking.is_active())
                 ? "is " + booking.status + " already"
                 : "";
    case ActionKind::reassign:
      return !action.to_email.empty() && achieved(action, booking, booking) ? "has this host already" : "";
    case ActionKind::mark_absent:
      return is_marked(action, booking) ? "is marked so already" : "";
    case ActionKind::reschedule:
      return {};
  }
  return {};
}

namespace {

std::string cannot_end(const BookingAction& action, const LiveBooking& booking) {
  if (!action.seat_uid.empty() && !has_seat(booking, action.seat_uid))
    return "has no seat " + action.seat_uid;
  if (action.subsequent && booking.series_uid.empty()) return "belongs to no series";
  return {};
}

}  // namespace

std::string cannot(const BookingAction& action, const LiveBooking& booking, Instant now) {
  if (!booking.is_active()) {
    if (!booking.rescheduled_to.empty())
      return "was rescheduled to " + booking.rescheduled_to + ": name that one";
    return "is " + booking.status;
  }
  const bool over = booking.end <= now;
  switch (action.kind) {
    case ActionKind::cancel:
    case ActionKind::reschedule:
      return over ? "is over" : cannot_end(action, booking);
    case ActionKind::reassign:
      return over ? "is over" : "";
    case ActionKind::confirm:
    case ActionKind::decline:
      return booking.status == "pending" ? "" : "is not waiting to be confirmed";
    case ActionKind::mark_absent:
      if (booking.start > now) return "has not begun: absence is known only then";
      for (const std::string& email : action.absent)
        if (attendee_with(booking, email) == nullptr) return "has no attendee " + email;
      return {};
  }
  return {};
}

std::vector<std::string> consequences(const BookingAction& action, const LiveBooking& booking) {
  std::vector<std::string> out;
  const bool whole = action.seat_uid.empty();
  if (action.kind == ActionKind::cancel && whole && booking.seats() > 1)
    out.push_back("cancels all " + std::to_string(booking.seats()) + " seats: name one with --seat");
  if (action.kind == ActionKind::cancel && action.subsequent)
    out.emplace_back("cancels all later ones of its series");
  if (action.kind == ActionKind::cancel && !action.subsequent && !booking.series_uid.empty())
    out.emplace_back("the others of its series stay");
  if (action.kind == ActionKind::confirm && !booking.series_uid.empty())
    out.emplace_back("confirms its whole series");
  if (action.kind == ActionKind::reschedule) {
    out.emplace_back("becomes a new booking with another uid, of the event type's own length");
    if (whole && booking.seats() > 1)
      out.push_back("moves all " + std::to_string(booking.seats()) + " seats");
  }
  if (action.kind == ActionKind::reassign) out.emplace_back("works for round robin event types only");
  return out;
}

const char* to_text(ActionResult::Outcome outcome) {
  switch (outcome) {
    case Outcome::done:
      return "done";
    case Outcome::already:
      return "already";
    case Outcome::failed:
      return "failed";
    case Outcome::unknown:
      return "unknown";
  }
  return "";
}

ActionResult perform(CalcomApi& api, const BookingAction& action, const LiveBooking& before, ApiUse use) {
  const std::string path = "/v2/bookings/" + percent_encoded(before.uid) + "/" + step_of(action);
  const std::string call = "POST " + path;
  const auto answer = api.send("POST", path, json::serialize(body_of(action)), use);
  if (!answer) {
    const Errc code = answer.error().code;
    const bool sent = code == Errc::timeout || code == Errc::unavailable || code == Errc::rejected;
    if (code == Errc::cancelled) return {Outcome::unknown, answer.error().what, {}};
    return read_back(api, action, before, use, answer.error(), sent);
  }
  if (answer->ok())
    return {
        Outcome::done, {}, action.kind == ActionKind::reschedule ? new_uid_of(*answer, call) : std::string()};
  return read_back(api, action, before, use, answer->error(call), answer->status >= 500);
}

}  // namespace calsync
