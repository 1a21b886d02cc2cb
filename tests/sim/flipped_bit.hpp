// A real log whose write-ahead log has one bit flipped, as it stands after a kill -9: every acknowledged record
// is there, or the log is refused (F1). RocksDB itself is under test here, so nothing is simulated.
#pragma once
#include "tests/sim/simulation.hpp"

namespace calsync::sim {

Ending open_with_a_flipped_bit(const Wish& wish);

}  // namespace calsync::sim
