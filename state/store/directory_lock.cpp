#include "state/store/directory_lock.hpp"

#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <system_error>
#include <unistd.h>

namespace calsync::store {
namespace {

// A line of proc_locks(5): `1: FLOCK  ADVISORY  WRITE 4711 08:01:1234 0 EOF`.
std::string lock_holder(int file) {
  struct stat wanted {};
  if (::fstat(file, &wanted) != 0) return "another process";
  const std::string inode = ":" + std::to_string(wanted.st_ino);
  std::ifstream locks("/proc/locks");
  for (std::string line; std::getline(locks, line);) {
    std::istringstream words(line);
    std::string number, kind, how, mode, place;
    long pid = 0;
    words >> number >> kind >> how >> mode >> pid >> place;
    if (kind != "FLOCK" || !place.ends_with(inode)) continue;
    return pid == ::getpid() ? "this process" : "process " + std::to_string(pid);
  }
  return "another process";
}

}  // namespace

Result<DirectoryLock> DirectoryLock::take(const std::filesystem::path& directory) {
  DirectoryLock lock(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (lock.file_ >= 0 && ::flock(lock.file_, LOCK_EX | LOCK_NB) == 0) return lock;
  if (lock.file_ >= 0 && errno == EWOULDBLOCK)
    return Error{Errc::conflict, "the log in " + directory.string() + " is in use by " +
                                     lock_holder(lock.file_) + ": stop that one, or let it do the work"};
  return Error{Errc::io, "cannot lock the log directory " + directory.string() + ": " +
                             std::generic_category().message(errno)};
}

DirectoryLock::~DirectoryLock() {
  if (file_ >= 0) ::close(file_);
}

}  // namespace calsync::store
