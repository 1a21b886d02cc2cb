#include "state/store/disk.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <system_error>

namespace calsync {
namespace {

// RocksDB makes its files readable for everybody. Ours hold the keys beside the sealed bodies.
class PrivateFiles final : public rocksdb::FileSystemWrapper {
 public:
  PrivateFiles() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  [[nodiscard]] const char* Name() const override { return "calsync-private"; }

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* out,
                                    rocksdb::IODebugContext* dbg) override {
    return owners_only(FileSystemWrapper::NewWritableFile(name, options, out, dbg), name);
  }
  rocksdb::IOStatus LockFile(const std::string& name, const rocksdb::IOOptions& options,
                             rocksdb::FileLock** lock, rocksdb::IODebugContext* dbg) override {
    return owners_only(FileSystemWrapper::LockFile(name, options, lock, dbg), name);
  }

 private:
  static rocksdb::IOStatus owners_only(rocksdb::IOStatus made, const std::string& name) {
    if (made.ok() && ::chmod(name.c_str(), S_IRUSR | S_IWUSR) != 0)
      return rocksdb::IOStatus::IOError("while making private", name);
    return made;
  }
};

}  // namespace

std::shared_ptr<rocksdb::FileSystem> private_files() {
  return std::make_shared<PrivateFiles>();
}

std::uint64_t at_most_a_share(const std::filesystem::path& directory, std::uint64_t wanted,
                              std::uint64_t parts) {
  std::error_code failed;
  const auto space = std::filesystem::space(directory, failed);
  return failed ? wanted : std::min<std::uint64_t>(wanted, space.capacity / parts);
}

}  // namespace calsync
