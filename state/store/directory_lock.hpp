// One process at a time works on a log: taken before anything in its directory is looked at, so that nobody
// takes another's half-made files for damage. An advisory lock (flock) on the directory itself; ends with the
// process. Owner: the open log. Any thread. Does not block.
#pragma once
#include "state/base/error.hpp"

#include <filesystem>
#include <utility>

namespace calsync::store {

class DirectoryLock {
 public:
  // Fails: conflict, with the process that has it where the system tells (/proc/locks); io.
  static Result<DirectoryLock> take(const std::filesystem::path& directory);
  DirectoryLock() = default;
  DirectoryLock(DirectoryLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  DirectoryLock& operator=(DirectoryLock&& other) noexcept {
    std::swap(file_, other.file_);
    return *this;
  }
  ~DirectoryLock();

 private:
  explicit DirectoryLock(int file) : file_(file) {}
  int file_ = -1;
};

}  // namespace calsync::store
