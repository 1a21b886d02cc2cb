// What an off-boarding did and found over all its runs, as a file for people who ask later (DESIGN §4, §12.10, N3):
//   {"format":"calsync.offboarding/1","email","to":EMAIL|null,"began","ended",
//    "runs":[{"began","ended":TIME|null,"to":EMAIL|null,"steps":[{"at","step", …}…]}…],       see saga.hpp; ended null: it was cut short
//    "bookings":[{"uid","title":TEXT|null,"start","outcome","message":TEXT|null,"attempts":[{"at","outcome":TEXT|null,"message":TEXT|null}…],
//                 "now":{"status","host","at"}|null}…],          title: where this run still saw it; now: as last read
//    "left":[{"uid","title","start","why"}…],"hosts":[ADDRESS…],"onlyHostOf":[ADDRESS…],"membershipRemoved","accountDeleted",
//    "lost":[{"uid","start"}…],"complete"}                       lost: with the account
// Pure.
#pragma once
#include "connectors/calcom/live_booking.hpp"

#include <boost/json/object.hpp>

namespace calsync {

struct Evidence {
  struct Left {
    LiveBooking booking;
    std::string why;  // and what a person does
  };
  std::string email, to;  // "": the round robin chose
  Instant ended{};
  std::vector<boost::json::object> steps;     // of all runs, this one the last
  std::map<std::string, std::string> titles;  // by uid
  std::vector<Left> left;
  std::vector<std::string> only_host;  // event types that would have nobody left
  bool membership_removed = false;
  [[nodiscard]] bool complete() const { return membership_removed && left.empty() && only_host.empty(); }
  [[nodiscard]] bool account_deleted() const;  // by any of the runs
};

boost::json::object to_json(const Evidence& evidence);

}  // namespace calsync
