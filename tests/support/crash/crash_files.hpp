// The log's disk, with crash points at what its files go through.
#pragma once
#include "state/store/disk.hpp"

namespace calsync::crash {

Disk& disk();

}  // namespace calsync::crash
