#include "daemon/cli/secret_file.hpp"

#include "daemon/cli/write_file.hpp"
#include "state/base/crypto.hpp"

#include <sys/random.h>
#include <sys/stat.h>

#include <array>
#include <filesystem>
#include <system_error>
#include <unistd.h>

namespace calsync::cli {

Result<void> try_secret_file(const std::string& path) {
  const std::string beside = path + ".trial";
  CALSYNC_CHECK("a trial beside " + path, write_whole_file(beside, "trial"));
  std::error_code none;
  std::filesystem::remove(beside, none);
  return {};
}

Result<void> replace_secret(const std::string& path, const Secret& secret) {
  struct stat before {};
  const bool there = ::stat(path.c_str(), &before) == 0;
  CALSYNC_CHECK(path, write_whole_file(path, secret.reveal()));
  // Root rotates for the daemon's account: the file stays that account's.
  if (there && ::geteuid() == 0 && ::chown(path.c_str(), before.st_uid, before.st_gid) != 0)
    return Error{Errc::io, path + ": its owner cannot be set: " + std::generic_category().message(errno)};
  return {};
}

Secret random_secret() {
  std::array<std::uint8_t, 32> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    std::abort();  // of 32 bytes never in parts
  return Secret(to_hex(bytes));
}

}  // namespace calsync::cli
