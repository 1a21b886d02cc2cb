// A schedule in the shape of `cal-api-version: 2024-04-15`, which is also that of a request without a version.
#pragma once
#include "connectors/calcom/sandbox/world.hpp"

namespace calsync::sandbox {

boost::json::object in_2024_04_15(World& world, const Row& schedule);

}  // namespace calsync::sandbox
