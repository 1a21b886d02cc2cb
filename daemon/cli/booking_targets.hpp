// Which bookings an action is about, as Cal.com has them now: by uid, or by filter.
// Blocks:   on the API.
// Fails:    as it; not_found for a uid that is not there.
#pragma once
#include "connectors/calcom/live_booking.hpp"
#include "state/base/zone.hpp"

namespace CLI {
class App;
}

namespace calsync::cli {

struct TargetWords {  // as typed
  std::vector<std::string> uids;
  std::string host, attendee, event_type, from, to;
  std::string zone = "UTC";
  [[nodiscard]] bool has_filter() const {
    return !(host.empty() && attendee.empty() && event_type.empty() && from.empty() && to.empty());
  }
};
void declare_targets(CLI::App& app, TargetWords& words);
void must_name_targets(const TargetWords& words);  // throws CLI11's errors: for the command's callback

// In order of their start. A filter finds active bookings only.
Result<std::vector<LiveBooking>> find_targets(CalcomReads& api, std::int64_t organization_id,
                                              const TargetWords& words);

}  // namespace calsync::cli
