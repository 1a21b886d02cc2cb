// The world as one JSON document, for `--state FILE`; who writes the file is the caller.
#pragma once
#include "connectors/calcom/sandbox/world.hpp"
#include "state/base/error.hpp"

namespace calsync::sandbox {

// All rows, also what answers never show: keys and secrets are in it.
boost::json::object saved(World& world);

// Into a new world; limits and notices are not kept.
// Fails: rejected, naming the JSON pointer of what is wrong; the world is then as it was.
Result<void> restore(World& world, const boost::json::value& document);

}  // namespace calsync::sandbox
