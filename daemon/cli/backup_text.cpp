#include "daemon/cli/backup_text.hpp"

#include "daemon/cli/progress.hpp"

#include <array>
#include <cstdio>

namespace calsync::cli {

std::string rough_size(std::uint64_t bytes) {
  constexpr std::array units{"B", "KiB", "MiB", "GiB", "TiB"};
  auto size = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; size >= 1024 && unit + 1 < units.size(); ++unit) size /= 1024;
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), unit == 0 ? "%.0f %s" : "%.1f %s", size, units.at(unit));
  return text.data();
}

std::string describe_backup(const BackupFacts& facts) {
  return "backup " + std::to_string(facts.id) + " of " + to_text(facts.taken) + ": records to " +
         with_commas(facts.head.raw.value()) + ", events to " + with_commas(facts.head.event.value()) + ", " +
         rough_size(facts.bytes) + (facts.verified ? "" : ", not verified");
}

Result<std::filesystem::path> backup_directory(const Settings& settings, const std::string& named) {
  const std::string& path = named.empty() ? settings.log.backup.path : named;
  if (path.empty())
    return Error{Errc::rejected, "no directory for backups: set log.backup.path, or name one (see --help)"};
  return std::filesystem::absolute(path).lexically_normal();
}

}  // namespace calsync::cli
