#include "state/store/disk.hpp"

#include <sys/stat.h>

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

}  // namespace calsync
