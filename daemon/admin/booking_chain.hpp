// The bookings that one was rescheduled to: whose records and events are its own, too.
// Blocks:   reads at most furthest_chain rows of the views.
#pragma once
#include "state/store/event_log.hpp"

namespace calsync {

inline constexpr std::size_t furthest_chain = 1000;

// The root of a reschedule chain: itself and every booking that it became, also where the link was learned late
// and their events have a key of their own. Any other booking: itself. Fails: as reading the views does.
Result<std::vector<std::string>> chain_from(const EventLog& log, const std::string& uid);

}  // namespace calsync
