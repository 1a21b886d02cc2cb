// Real files that are never synced: for tests in which nothing depends on it, and which open thousands of logs.
#pragma once
#include "state/store/disk.hpp"

namespace calsync {

class QuickFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  explicit QuickFile(std::unique_ptr<rocksdb::FSWritableFile> file)
      : FSWritableFileOwnerWrapper(std::move(file)) {}
  rocksdb::IOStatus Sync(const rocksdb::IOOptions&, rocksdb::IODebugContext*) override { return {}; }
  rocksdb::IOStatus Fsync(const rocksdb::IOOptions&, rocksdb::IODebugContext*) override { return {}; }
};

class QuickDirectory final : public rocksdb::FSDirectory {
 public:
  rocksdb::IOStatus Fsync(const rocksdb::IOOptions&, rocksdb::IODebugContext*) override { return {}; }
};

class QuickFiles final : public rocksdb::FileSystemWrapper {
 public:
  QuickFiles() : FileSystemWrapper(private_files()) {}
  [[nodiscard]] const char* Name() const override { return "calsync-quick"; }
  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* out,
                                    rocksdb::IODebugContext* dbg) override {
    auto made = FileSystemWrapper::NewWritableFile(name, options, out, dbg);
    if (made.ok()) *out = std::make_unique<QuickFile>(std::move(*out));
    return made;
  }
  rocksdb::IOStatus NewDirectory(const std::string&, const rocksdb::IOOptions&,
                                 std::unique_ptr<rocksdb::FSDirectory>* out,
                                 rocksdb::IODebugContext*) override {
    *out = std::make_unique<QuickDirectory>();
    return {};
  }
};

}  // namespace calsync
