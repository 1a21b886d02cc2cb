#include "state/store/reserve.hpp"

#include "state/base/log.hpp"

#include <sys/stat.h>

#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace calsync::store {
namespace {

constexpr std::uint64_t parts_of_disk = 20;

}  // namespace

Reserve::Reserve(Disk& disk, const std::filesystem::path& directory, std::uint64_t wanted)
    : disk_(disk), file_(directory / reserve_name), size_(at_most_a_share(directory, wanted, parts_of_disk)) {
  if (size_ == 0) return;
  std::error_code none;
  held_ = std::filesystem::file_size(file_, none) == size_ && !none;
  if (!held_ && !make())
    log::warning("no room for the log's reserve: free space on its disk",
                 {log::field("file", file_.string()), log::field("bytes", size_)});
}

bool Reserve::make() {
  if (held_ || size_ == 0) return held_;
  std::uint64_t room = 0;
  const auto asked = disk_.files->GetFreeSpace(file_.parent_path(), {}, &room, nullptr);
  if (!asked.ok() || room < 2 * size_) return false;
  const int file = ::open(file_.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) return false;
  held_ = ::posix_fallocate(file, 0, static_cast<off_t>(size_)) == 0;
  ::close(file);
  if (!held_) give_up();
  return held_;
}

void Reserve::give_up() {
  held_ = false;
  ::unlink(file_.c_str());
}

}  // namespace calsync::store
