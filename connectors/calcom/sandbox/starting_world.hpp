// The organisation that the recording starts from: number 1, with an owner, a plain member and an expired key.
#pragma once
#include "connectors/calcom/sandbox/world.hpp"

#include <string>

namespace calsync::sandbox {

struct StartingKeys {
  std::string owner, member, expired;
};

// Into an empty world: users 1 and 2, their schedules, memberships and keys.
void begin(World& world, const StartingKeys& keys);

}  // namespace calsync::sandbox
