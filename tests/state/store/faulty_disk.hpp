// A disk that fails when it is told to: real files below, a switch on every write, sync and rename.
#pragma once
#include "state/store/disk.hpp"

#include <algorithm>
#include <atomic>
#include <limits>

namespace calsync {

enum class Fault { none, no_space, broken };

class FaultySwitch {
 public:
  std::atomic<Fault> fault{Fault::none};
  std::atomic<std::uint64_t> writes{0};
  std::atomic<std::uint64_t> room{std::numeric_limits<std::uint64_t>::max()};  // on the disk, at most
  rocksdb::IOStatus now() {
    ++writes;
    switch (fault.load()) {
      case Fault::none:
        return rocksdb::IOStatus::OK();
      case Fault::no_space:
        return rocksdb::IOStatus::NoSpace("injected");
      case Fault::broken:
        return rocksdb::IOStatus::IOError("injected");
    }
    return rocksdb::IOStatus::OK();
  }
};

class FaultyFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FaultyFile(std::unique_ptr<rocksdb::FSWritableFile> file, FaultySwitch& faults)
      : FSWritableFileOwnerWrapper(std::move(file)), faults_(faults) {}
  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* dbg) override {
    const auto fault = faults_.now();
    return fault.ok() ? FSWritableFileOwnerWrapper::Append(data, options, dbg) : fault;
  }
  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           const rocksdb::DataVerificationInfo& info, rocksdb::IODebugContext* dbg) override {
    const auto fault = faults_.now();
    return fault.ok() ? FSWritableFileOwnerWrapper::Append(data, options, info, dbg) : fault;
  }
  rocksdb::IOStatus Sync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* dbg) override {
    const auto fault = faults_.now();
    return fault.ok() ? FSWritableFileOwnerWrapper::Sync(options, dbg) : fault;
  }
  rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* dbg) override {
    const auto fault = faults_.now();
    return fault.ok() ? FSWritableFileOwnerWrapper::Fsync(options, dbg) : fault;
  }

 private:
  FaultySwitch& faults_;
};

class FaultyFiles final : public rocksdb::FileSystemWrapper {
 public:
  explicit FaultyFiles(FaultySwitch& faults)
      : FileSystemWrapper(rocksdb::FileSystem::Default()), faults_(faults) {}
  [[nodiscard]] const char* Name() const override { return "calsync-faulty"; }
  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* out,
                                    rocksdb::IODebugContext* dbg) override {
    const auto fault = faults_.now();
    if (!fault.ok()) return fault;
    auto made = FileSystemWrapper::NewWritableFile(name, options, out, dbg);
    if (made.ok()) *out = std::make_unique<FaultyFile>(std::move(*out), faults_);
    return made;
  }
  // RocksDB asks for room before it tries to resume.
  rocksdb::IOStatus GetFreeSpace(const std::string& path, const rocksdb::IOOptions& options,
                                 std::uint64_t* free, rocksdb::IODebugContext* dbg) override {
    auto asked = FileSystemWrapper::GetFreeSpace(path, options, free, dbg);
    *free = std::min(*free, faults_.fault == Fault::no_space ? 0 : faults_.room.load());
    return asked;
  }
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options, rocksdb::IODebugContext* dbg) override {
    const auto fault = faults_.now();
    return fault.ok() ? FileSystemWrapper::RenameFile(from, to, options, dbg) : fault;
  }

 private:
  FaultySwitch& faults_;
};

}  // namespace calsync
