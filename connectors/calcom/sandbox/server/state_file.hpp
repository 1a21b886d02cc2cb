// The sandbox's world in a file.
#pragma once
#include "connectors/calcom/sandbox/world.hpp"
#include "state/base/error.hpp"

#include <filesystem>

namespace calsync::sandbox {

// Whether there was one. Fails: io, rejected (naming the file).
Result<bool> read_state(World& world, const std::filesystem::path& file);
// Whole or not at all: written beside (mode 0600, it holds keys and secrets), then renamed. Fails: io.
Result<void> write_state(World& world, const std::filesystem::path& file);

}  // namespace calsync::sandbox
