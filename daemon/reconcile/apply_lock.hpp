// One writer at a time changes the organisation (DESIGN §12.1): commands and the daemon, which meet at the log's directory. An
// advisory lock (flock) on the file apply.lock there, in which its holder writes who it is; ends with the process.
// Owner: who applies. Any thread. Does not block.
#pragma once
#include "state/base/error.hpp"

#include <filesystem>
#include <utility>

namespace calsync {

class ApplyLock {
 public:
  // Fails: conflict (exit code 4; names who is at work), io.
  static Result<ApplyLock> take(const std::filesystem::path& log_directory);
  ApplyLock(ApplyLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  ApplyLock& operator=(ApplyLock&& other) noexcept {
    std::swap(file_, other.file_);
    return *this;
  }
  ~ApplyLock();

 private:
  explicit ApplyLock(int file) : file_(file) {}
  int file_ = -1;
};

}  // namespace calsync
