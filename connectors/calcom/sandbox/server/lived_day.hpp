// A small academic-editing agency that has been at work for a day: teams, six editors, services, and clients who booked,
// changed their minds, or did not come. All of it through the API, with the clock put back to the last working day.
#pragma once
#include "connectors/calcom/sandbox/server/own_api.hpp"

#include <string>

namespace calsync::sandbox {

// `world` has its owner already, and no limit of requests. The clock is as before when it returns.
void live_a_day(World& world, MovedClock& clock, const std::string& owner_key);

}  // namespace calsync::sandbox
