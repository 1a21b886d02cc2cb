// Which bookings of the future a person hosts, as Cal.com has them now (CONTRACT §12).
// Runs on: the caller's thread. Blocks: as the API. Fails: as it; rejected, where a row is no booking.
#pragma once
#include "connectors/calcom/live_booking.hpp"
#include "connectors/calcom/resources/live_state.hpp"

namespace calsync {

struct FutureHosting {
  std::vector<LiveBooking> organised;  // the person is the organiser; by start
  std::vector<LiveBooking>
      joined;  // perhaps a co-host: Cal.com lists those as attendees of a team's event type (CONTRACT §16)
  std::map<std::string, LiveBooking> seen;  // all that the reading showed, by uid, whoever hosts them
};

// Active ones that end after `now`. `email` in lower case.
Result<FutureHosting> future_hosting(CalcomReads& api, std::int64_t organization, const std::string& email,
                                     const LiveState& live, Instant now);

// All that they ever organised, cancelled ones too, by start: what goes with their account (CONTRACT §5). Reads every booking.
Result<std::vector<LiveBooking>> all_hosting(CalcomReads& api, std::int64_t organization,
                                             const std::string& email);

// Event types whose stated hosts name the person, by address; those of "all members" have no stated ones.
std::vector<const Resource*> hosted_by(const LiveState& live, const std::string& email);

}  // namespace calsync
