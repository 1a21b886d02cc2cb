// The files of a configuration repository as they lie in a folder.
// Runs on:  any thread.
// Blocks:   on the disk.
// Promises: reads regular files only (no link is followed), at most 2,000 of them, 1 MiB each (RELIABILITY §3.6).
// Fails:    not_found (no such folder), rejected (too many, too large), io.
#pragma once
#include "config/desired/desired.hpp"
#include "state/base/error.hpp"

#include <filesystem>

namespace calsync {

// *.yaml, *.yml and *.json below `folder`, by path; what begins with '.' is passed over.
Result<std::vector<SourceFile>> read_config_folder(const std::filesystem::path& folder);

// Does this machine's time zone data know the name? Where it has no such data every name is believed.
bool knows_zone(std::string_view name);

}  // namespace calsync
