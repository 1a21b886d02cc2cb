// What was done beside the recorded requests: edits in the server's database, and requests that were not written down.
#pragma once
#include "connectors/calcom/sandbox/world.hpp"
#include "tests/connectors/calcom/sandbox/replay/recording.hpp"

namespace calsync::replay {

void edit_before(const Exchange& next, sandbox::World& world);

}  // namespace calsync::replay
