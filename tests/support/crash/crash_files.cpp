#include "tests/support/crash/crash_files.hpp"

#include "tests/support/crash/crash_points.hpp"

#include <filesystem>

namespace calsync::crash {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

// "wal", "manifest", "table", "witness", "current" or "other".
std::string kind_of(const std::string& path) {
  const std::string name = std::filesystem::path(path).filename();
  if (name.ends_with(".log")) return "wal";
  if (name.ends_with(".sst")) return "table";
  if (name.starts_with("MANIFEST-")) return "manifest";
  if (name == "head" || name == "head.next") return "witness";
  return name == "CURRENT" ? "current" : "other";
}

class File final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  File(std::unique_ptr<rocksdb::FSWritableFile> file, std::string kind)
      : FSWritableFileOwnerWrapper(std::move(file)), kind_(std::move(kind)) {}
  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options, IODebugContext* dbg) override {
    return appended(FSWritableFileOwnerWrapper::Append(data, options, dbg));
  }
  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& info, IODebugContext* dbg) override {
    return appended(FSWritableFileOwnerWrapper::Append(data, options, info, dbg));
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* dbg) override {
    at(kind_ + ".sync.before");
    return synced(FSWritableFileOwnerWrapper::Sync(options, dbg));
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* dbg) override {
    at(kind_ + ".sync.before");
    return synced(FSWritableFileOwnerWrapper::Fsync(options, dbg));
  }

 private:
  IOStatus appended(IOStatus status) {
    at(kind_ + ".append");
    return status;
  }
  IOStatus synced(IOStatus status) {
    at(kind_ + ".sync.after");
    return status;
  }

  const std::string kind_;
};

class Files final : public rocksdb::FileSystemWrapper {
 public:
  Files() : FileSystemWrapper(private_files()) {}
  [[nodiscard]] const char* Name() const override { return "calsync-crash-points"; }
  IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* out, IODebugContext* dbg) override {
    auto made = FileSystemWrapper::NewWritableFile(name, options, out, dbg);
    if (!made.ok()) return made;
    at(kind_of(name) + ".create");
    *out = std::make_unique<File>(std::move(*out), kind_of(name));
    return made;
  }
  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                      IODebugContext* dbg) override {
    at(kind_of(to) + ".rename.before");
    auto renamed = FileSystemWrapper::RenameFile(from, to, options, dbg);
    at(kind_of(to) + ".rename.after");
    return renamed;
  }
  IOStatus DeleteFile(const std::string& name, const IOOptions& options, IODebugContext* dbg) override {
    auto deleted = FileSystemWrapper::DeleteFile(name, options, dbg);
    at(kind_of(name) + ".delete");
    return deleted;
  }
};

}  // namespace

Disk& disk() {
  static Disk crashing{std::make_shared<Files>()};
  return crashing;
}

}  // namespace calsync::crash
