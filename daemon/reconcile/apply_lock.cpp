#include "daemon/reconcile/apply_lock.hpp"

#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace calsync {
namespace {

// For people only: what counts is the lock.
void sign(int file) {
  const std::string who =
      std::string(program_invocation_short_name) + " (process " + std::to_string(::getpid()) + ")\n";
  if (::ftruncate(file, 0) != 0) return;
  [[maybe_unused]] const auto written = ::pwrite(file, who.data(), who.size(), 0);
}

// Made by root for a daemon that runs as somebody else, which must be able to take it, too.
void give_to_owner_of(const std::filesystem::path& log_directory, int file) {
  struct stat owner {};
  if (::geteuid() != 0 || ::stat(log_directory.c_str(), &owner) != 0) return;
  [[maybe_unused]] const int given = ::fchown(file, owner.st_uid, owner.st_gid);
}

std::string signature(int file) {
  std::array<char, 100> text{};
  const auto size = ::pread(file, text.data(), text.size(), 0);
  std::string who(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  who.resize(std::min(who.size(), who.find('\n')));
  return who.empty() ? "another apply" : who;
}

}  // namespace

Result<ApplyLock> ApplyLock::take(const std::filesystem::path& log_directory) {
  const std::filesystem::path file = log_directory / "apply.lock";
  ApplyLock lock(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (lock.file_ < 0)
    return Error{Errc::io, file.string() + " cannot be opened: " + std::generic_category().message(errno)};
  if (::flock(lock.file_, LOCK_EX | LOCK_NB) == 0) {
    give_to_owner_of(log_directory, lock.file_);
    sign(lock.file_);
    return lock;
  }
  if (errno == EWOULDBLOCK)
    return Error{Errc::conflict,
                 signature(lock.file_) +
                     " is at work on the organisation: wait until it has ended, then run this "
                     "again"};
  return Error{Errc::io, file.string() + " cannot be locked: " + std::generic_category().message(errno)};
}

ApplyLock::~ApplyLock() {
  if (file_ >= 0) ::close(file_);
}

}  // namespace calsync
