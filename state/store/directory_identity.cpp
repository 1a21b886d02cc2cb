#include "state/store/directory_identity.hpp"

#include <sys/stat.h>

#include <fcntl.h>

namespace calsync {

std::string directory_identity(const std::filesystem::path& directory) {
  struct statx facts {};
  if (::statx(AT_FDCWD, directory.c_str(), 0, STATX_INO | STATX_BTIME, &facts) != 0) return {};
  std::string identity = std::to_string(facts.stx_ino);
  if ((facts.stx_mask & STATX_BTIME) != 0)
    identity += "." + std::to_string(facts.stx_btime.tv_sec) + "." + std::to_string(facts.stx_btime.tv_nsec);
  return identity;
}

}  // namespace calsync
