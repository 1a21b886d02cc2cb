#include "state/base/regular_file.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace calsync {

Result<void> must_be_regular_file(const std::string& path, std::size_t bytes_max) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat status {};
  const bool seen = file >= 0 && ::fstat(file, &status) == 0;
  const int why = errno;
  if (file >= 0) ::close(file);
  if (!seen)
    return Error{why == ENOENT || why == ENOTDIR ? Errc::not_found : Errc::io,
                 "cannot read " + path + ": " + std::generic_category().message(why)};
  if (!S_ISREG(status.st_mode)) return Error{Errc::rejected, path + " is not a file"};
  if (static_cast<std::uint64_t>(status.st_size) > bytes_max)
    return Error{Errc::rejected, path + " is larger than " + std::to_string(bytes_max) + " bytes"};
  return {};
}

}  // namespace calsync
