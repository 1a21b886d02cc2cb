// What can be done to a booking through the API (CONTRACT §12, §16): each sends e-mails to clients, none may be made
// twice, and an answer of 500 may stand for a change that was made. So whatever was not answered with 2xx is read back.
// Runs on:  the caller's thread.
// Blocks:   as CalcomApi does.
// Fails:    never as such: see ActionResult.
#pragma once
#include "connectors/calcom/live_booking.hpp"

#include <optional>

namespace calsync {

enum class ActionKind { cancel, reassign, reschedule, confirm, decline, mark_absent };
const char* to_text(ActionKind kind);  // as the API's path and the command name it: "mark-absent"

struct BookingAction {
  ActionKind kind = ActionKind::cancel;
  std::string reason{};
  std::string seat_uid{};             // cancel, reschedule: of this seat only
  bool subsequent = false;            // cancel: the later ones of the series, too
  std::string to_user_id{};           // reassign: "" lets the round robin choose
  std::string to_email{};             // of that user
  std::optional<Instant> start{};     // reschedule
  bool absent_host = false;           // mark_absent
  std::vector<std::string> absent{};  // mark_absent: attendees' e-mails
  bool present = false;               // mark_absent: takes it back
};

// Nothing is to be done: the booking is so already. "" where it is not.
std::string already_so(const BookingAction& action, const LiveBooking& booking);
// Why it will not be done; "" where it can be.
std::string cannot(const BookingAction& action, const LiveBooking& booking, Instant now);
// What a person should know before.
std::vector<std::string> consequences(const BookingAction& action, const LiveBooking& booking);

struct ActionResult {
  enum class Outcome { done, already, failed, unknown } outcome = Outcome::failed;
  std::string message{};  // of Cal.com, or what was found
  std::string new_uid{};  // of a reschedule
};
const char* to_text(ActionResult::Outcome outcome);
// `before`: as it was read for the plan.
ActionResult perform(CalcomApi& api, const BookingAction& action, const LiveBooking& before, ApiUse use);

}  // namespace calsync
