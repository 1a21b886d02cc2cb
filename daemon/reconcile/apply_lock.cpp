#include "daemon/reconcile/apply_lock.hpp"

#include <sys/file.h>

#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace calsync {

Result<ApplyLock> ApplyLock::take(const std::filesystem::path& log_directory) {
  const std::filesystem::path file = log_directory / "apply.lock";
  ApplyLock lock(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (lock.file_ < 0)
    return Error{Errc::io, file.string() + " cannot be opened: " + std::generic_category().message(errno)};
  if (::flock(lock.file_, LOCK_EX | LOCK_NB) == 0) return lock;
  if (errno == EWOULDBLOCK)
    return Error{Errc::conflict, "another apply is at work: wait until it has ended, then plan again"};
  return Error{Errc::io, file.string() + " cannot be locked: " + std::generic_category().message(errno)};
}

ApplyLock::~ApplyLock() {
  if (file_ >= 0) ::close(file_);
}

}  // namespace calsync
