// Backups in words, for `log backup` and `log restore`.
#pragma once
#include "daemon/cli/context.hpp"
#include "state/store/backup.hpp"

namespace calsync::cli {

std::string rough_size(std::uint64_t bytes);  // "1.4 MiB"
std::string describe_backup(const BackupFacts& facts);
// log.backup.path, or the one that was named; absolute. Fails: rejected, where there is neither.
Result<std::filesystem::path> backup_directory(const Settings& settings, const std::string& named);

}  // namespace calsync::cli
