// What a team or a person still has to connect by hand, and where (CONTRACT §13). With an organisation's key the API shows teams only; of
// people there is the evidence of their bookings.
// Runs on: the caller's thread. Blocks: as the API. Fails: as it.
#pragma once
#include "connectors/calcom/resources/live_state.hpp"
#include "state/base/time.hpp"

namespace calsync {

struct Connection {
  std::string app{};  // "zoom", "stripe" …
  bool connected = false;
  std::string link{};    // where a person connects it; empty: there is none to be had
  std::string reason{};  // why there is no link; what was seen
};

// google-meet, zoom, office365-video, stripe.
Result<std::vector<Connection>> team_connections(CalcomReads& api, std::int64_t organization,
                                                 const std::string& team_id);

struct HostingEvidence {
  std::size_t bookings = 0;       // of the last 30 days and the future, active, that they host
  std::size_t without_place = 0;  // of those, without a place or link
};
Result<HostingEvidence> hosting_evidence(CalcomReads& api, std::int64_t organization,
                                         const std::string& email, Instant now);

}  // namespace calsync
