// What goes with a row that is deleted: the foreign keys of Cal.com's database.
#pragma once
#include "connectors/calcom/sandbox/world.hpp"

namespace calsync::sandbox {

// False: it was not there.
bool remove(World& world, Table World::*table, std::int64_t id);

// Takes a user off the hosts of the team's event types, with the managed ones made for them.
void remove_host(World& world, std::int64_t team_id, std::int64_t user_id);

}  // namespace calsync::sandbox
