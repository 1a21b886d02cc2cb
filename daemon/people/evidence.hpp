// What an off-boarding did and found, as a file for people who ask later (DESIGN §4, N3):
//   {"format":"calsync.offboarding/1","email","to":EMAIL|null,"began","ended","bookings":[{"uid","title","start","outcome","message"}…],
//    "left":[{"uid","title","start","why"}…],"hosts":[ADDRESS…],"membershipRemoved","complete"}
// Pure.
#pragma once
#include "connectors/calcom/live_booking.hpp"

#include <boost/json/object.hpp>

namespace calsync {

struct Evidence {
  struct Moved {
    LiveBooking booking;
    std::string outcome, message;
  };
  struct Left {
    LiveBooking booking;
    std::string why;  // and what a person does
  };
  std::string email, to;  // "": the round robin chose
  Instant began{}, ended{};
  std::vector<Moved> bookings;
  std::vector<Left> left;
  std::vector<std::string> hosts;      // event types that they were taken off
  std::vector<std::string> only_host;  // event types that would have nobody left
  bool membership_removed = false;
  [[nodiscard]] bool complete() const { return membership_removed && left.empty() && only_host.empty(); }
};

boost::json::object to_json(const Evidence& evidence);

}  // namespace calsync
