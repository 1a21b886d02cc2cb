// Holds the database's files against what the head witness saw of them: before RocksDB opens them, because
// RocksDB takes a MANIFEST that was cut at the end of a record for whole, and deletes every table that it no
// longer names.
#pragma once
#include "state/store/database.hpp"
#include "state/store/disk.hpp"
#include "state/store/watched_files.hpp"

namespace calsync::store {

// Fails: corrupt. Gives the WALs that are not there any more: right where their records are in tables by now,
// which only the opened database can tell.
Result<std::vector<SeenFile>> check_files(Disk& disk, const std::filesystem::path& directory,
                                          const SeenFiles& seen);
Result<void> check_gone_wals(const Database& database, const std::vector<SeenFile>& gone,
                             const std::filesystem::path& directory);

}  // namespace calsync::store
