#include "daemon/cli/cloud_event.hpp"
#include "daemon/cli/replay_target.hpp"
#include "state/base/crypto.hpp"

#include <boost/json.hpp>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <system_error>
#include <unistd.h>

namespace calsync::cli {

namespace {
Error disk_error(const std::string& what, const std::string& path) {
  return {errno == ENOSPC ? Errc::disk_full : Errc::io,
          what + " " + path + ": " + std::generic_category().message(errno)};
}

// A name beside the file that nobody can have laid out beforehand, and that fits where the file's own does.
std::string part_beside(const std::filesystem::path& path) {
  const std::string name = path.filename().string().substr(0, 200) + "." + random_uuid() + ".part";
  return (path.parent_path() / name).string();
}

// Never in place of another: also one that was made while this one was written. 0 or errno.
int rename_to_new(const std::string& from, const std::string& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return errno;  // else: this file system knows no such rename
  if (::link(from.c_str(), to.c_str()) != 0) return errno;
  ::unlink(from.c_str());
  return 0;
}

// Written beside its place and named when complete: a reader never meets half a file.
class FileTarget final : public ReplayTarget {
 public:
  explicit FileTarget(std::string path) : path_(std::move(path)), part_(part_beside(path_)) {}
  ~FileTarget() override {
    if (file_ != nullptr) std::fclose(file_);
    if (made_) ::unlink(part_.c_str());
  }
  FileTarget(const FileTarget&) = delete;
  FileTarget& operator=(const FileTarget&) = delete;

  Result<void> open() {
    struct stat found {};  // a link counts, wherever it leads
    if (::lstat(path_.c_str(), &found) == 0) return exists();
    // Personal data: for its owner only.
    const int fd = ::open(part_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) return disk_error("cannot make", part_);
    made_ = true;
    file_ = ::fdopen(fd, "w");
    return {};
  }
  Result<void> put(const StoredEvent& stored) override {
    CALSYNC_TRY(object, "write", structured(message_of(stored)));
    const std::string line = boost::json::serialize(object) + "\n";
    if (std::fwrite(line.data(), 1, line.size(), file_) != line.size())
      return disk_error("cannot write", part_);
    return {};
  }
  Result<void> finish() override {
    if (std::fflush(file_) != 0 || ::fsync(::fileno(file_)) != 0) return disk_error("cannot write", part_);
    errno = rename_to_new(part_, path_);
    if (errno == EEXIST) return exists();
    if (errno != 0) return disk_error("cannot name it", path_);
    made_ = false;
    return {};
  }

 private:
  [[nodiscard]] Error exists() const { return {Errc::rejected, path_ + " exists: name another file"}; }

  std::string path_, part_;
  std::FILE* file_ = nullptr;
  bool made_ = false;
};

class OutputTarget final : public ReplayTarget {
 public:
  explicit OutputTarget(Console& console) : console_(console) {}
  Result<void> put(const StoredEvent& stored) override {
    CALSYNC_TRY(object, "write", structured(message_of(stored)));
    console_.line(boost::json::serialize(object));
    if (console_.output_gone()) return Error{Errc::cancelled, "nobody reads standard output any more"};
    if (console_.output_failed()) return Error{Errc::io, "standard output cannot be written"};
    return {};
  }
  Result<void> finish() override {
    console_.flush();
    return {};
  }

 private:
  Console& console_;
};
}  // namespace

Result<std::unique_ptr<ReplayTarget>> replay_to_file(Context& context, const std::string& path) {
  if (path == "-") return std::make_unique<OutputTarget>(context.console);
  auto target = std::make_unique<FileTarget>(path);
  CALSYNC_CHECK("--to-file", target->open());
  return target;
}

}  // namespace calsync::cli
