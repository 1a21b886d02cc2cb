// Which directory this is, so that a copy of it is told from the original.
// Runs on:  any thread.
// Blocks:   on one look at the file system.
#pragma once
#include <filesystem>
#include <string>

namespace calsync {

// Inode and time of birth: kept by a restart and by a rename, never by a copy. Empty where it cannot be known.
std::string directory_identity(const std::filesystem::path& directory);

}  // namespace calsync
