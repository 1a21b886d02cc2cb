// A file that a setting names, looked at before somebody reads it: a named pipe or a device would hang the reader.
// Runs on:  any thread.
// Blocks:   on one look at the file system.
#pragma once
#include "state/base/error.hpp"

#include <string>

namespace calsync {

// Fails: not_found, io (may not be read), rejected (a directory, pipe, device, or larger than `bytes_max`).
Result<void> must_be_regular_file(const std::string& path, std::size_t bytes_max);

}  // namespace calsync
