// A disk that can lose its power: real files below, and knowledge of what was synced. crash() leaves what a
// machine finds afterwards: unsynced bytes gone or torn, names that were not synced as they were before, or not.
// One operation may fail on the way, too: an append, a short one, a sync, a rename, a new file, for lack of room.
#pragma once
#include "state/store/disk.hpp"
#include "tests/state/store/seed.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

namespace calsync {

enum class Step { append, sync, create, rename, remove, sync_names };
enum class Upset { none, append, short_append, sync, create, rename, sync_names, no_space };

class CrashDisk final : public rocksdb::FileSystemWrapper {
 public:
  // `grave` is for what a crash may bring back; on the same file system as `directory`.
  CrashDisk(std::filesystem::path directory, std::filesystem::path grave)
      : FileSystemWrapper(rocksdb::FileSystem::Default()),
        directory_(std::move(directory)),
        grave_(std::move(grave)) {
    std::filesystem::create_directory(grave_);
  }
  [[nodiscard]] const char* Name() const override { return "calsync-crash"; }

  // From now on: `upset` once, at the first fitting step after `upset_after`; the power goes at `off_after`.
  void plan(Upset upset, std::uint64_t upset_after, std::uint64_t off_after) {
    const std::lock_guard lock(mutex_);
    upset_ = upset;
    upset_after_ = upset_after;
    off_after_ = off_after;
    steps_ = 0;
    happened_ = false;
  }
  void power_off() {
    const std::lock_guard lock(mutex_);
    off_ = true;
  }
  [[nodiscard]] bool upset_happened() const {
    const std::lock_guard lock(mutex_);
    return happened_;
  }

  // Nobody has a file open any more. `in_order`: names reach the disk in the order of their changes, as journals
  // of file systems do it; else each for itself.
  void crash(std::mt19937_64& random, bool in_order) {
    const std::lock_guard lock(mutex_);
    if (in_order) {
      for (std::uint64_t lost = below(random, changes_.size() + 1); lost > 0; --lost, changes_.pop_back())
        for (const Binding& binding : changes_.back()) bind(binding);
    } else {
      std::map<std::string, Binding> first;
      for (const auto& change : changes_)
        for (const Binding& binding : change) first.try_emplace(binding.name, binding);
      for (const auto& [name, binding] : first)
        if (below(random, 2) == 0) bind(binding);
    }
    for (const auto& entry : std::filesystem::directory_iterator(directory_)) tear(entry.path(), random);
    changes_.clear();
    data_.clear();
    off_ = false;
    for (const auto& entry : std::filesystem::directory_iterator(grave_))
      std::filesystem::remove(entry.path());
  }

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* out,
                                    rocksdb::IODebugContext* dbg) override;
  rocksdb::IOStatus NewDirectory(const std::string& name, const rocksdb::IOOptions& options,
                                 std::unique_ptr<rocksdb::FSDirectory>* out,
                                 rocksdb::IODebugContext* dbg) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options, rocksdb::IODebugContext* dbg) override {
    const std::lock_guard lock(mutex_);
    if (auto status = step(Step::rename); !status.ok()) return status;
    changes_.push_back({was(from), was(to)});
    return FileSystemWrapper::RenameFile(from, to, options, dbg);
  }
  rocksdb::IOStatus DeleteFile(const std::string& name, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* dbg) override {
    const std::lock_guard lock(mutex_);
    if (auto status = step(Step::remove); !status.ok()) return status;
    changes_.push_back({was(name)});
    return FileSystemWrapper::DeleteFile(name, options, dbg);
  }
  // RocksDB asks for room before it tries to resume.
  rocksdb::IOStatus GetFreeSpace(const std::string&, const rocksdb::IOOptions&, std::uint64_t* free,
                                 rocksdb::IODebugContext*) override {
    *free = std::uint64_t{1} << 40U;
    return {};
  }

 private:
  class File;
  class Directory;
  struct Binding {  // what a name stood for: a file that is kept in the grave, or nothing
    std::string name;
    std::optional<std::filesystem::path> file;
  };
  struct Data {
    std::uint64_t synced = 0;
    bool lost = false;  // a sync failed: what was dirty then is gone, whatever later syncs say
  };

  static ino_t inode(const std::string& path) {
    struct stat found {};
    return ::stat(path.c_str(), &found) == 0 ? found.st_ino : 0;
  }
  Binding was(const std::string& path) {
    Binding binding{std::filesystem::path(path).filename(), std::nullopt};
    if (!std::filesystem::exists(path)) return binding;
    binding.file = grave_ / std::to_string(++buried_);
    std::filesystem::create_hard_link(path, *binding.file);
    return binding;
  }
  void bind(const Binding& binding) {
    const std::filesystem::path path = directory_ / binding.name;
    std::filesystem::remove(path);
    if (binding.file) std::filesystem::create_hard_link(*binding.file, path);
  }
  void tear(const std::filesystem::path& path, std::mt19937_64& random) {
    const auto data = data_.find(inode(path));
    if (data == data_.end()) return;
    const std::uint64_t size = std::filesystem::file_size(path), kept = data->second.synced;
    if (size <= kept) return;
    const std::uint64_t more = below(random, 3) == 0 ? 0 : below(random, size - kept + 1);
    std::filesystem::resize_file(path, kept + more);
  }
  static bool fits(Step kind, Upset upset) {
    switch (upset) {
      case Upset::none:
        return false;
      case Upset::append:
      case Upset::short_append:
        return kind == Step::append;
      case Upset::sync:
        return kind == Step::sync;
      case Upset::create:
        return kind == Step::create;
      case Upset::rename:
        return kind == Step::rename;
      case Upset::sync_names:
        return kind == Step::sync_names;
      case Upset::no_space:
        return kind == Step::append || kind == Step::create;
    }
    return false;
  }
  rocksdb::IOStatus step(Step kind) {  // mutex_ is held
    ++steps_;
    if (off_after_ != 0 && steps_ >= off_after_) off_ = true;
    if (off_) return rocksdb::IOStatus::IOError("the power is off");
    if (happened_ || steps_ <= upset_after_ || !fits(kind, upset_)) return {};
    happened_ = true;
    if (upset_ == Upset::no_space) return rocksdb::IOStatus::NoSpace("injected");
    return rocksdb::IOStatus::IOError("injected");
  }

  const std::filesystem::path directory_, grave_;
  mutable std::mutex mutex_;
  Upset upset_ = Upset::none;  // guarded by mutex_, as all below
  std::uint64_t upset_after_ = 0, off_after_ = 0, steps_ = 0, buried_ = 0;
  bool happened_ = false, off_ = false;
  std::vector<std::vector<Binding>> changes_;  // of names, since they were last synced
  std::map<ino_t, Data> data_;
};

class CrashDisk::File final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  File(std::unique_ptr<rocksdb::FSWritableFile> file, CrashDisk& disk, ino_t inode)
      : FSWritableFileOwnerWrapper(std::move(file)), disk_(disk), inode_(inode) {}
  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* dbg) override {
    const std::lock_guard lock(disk_.mutex_);
    auto status = disk_.step(Step::append);
    if (status.ok()) {
      size_ += data.size();
      return FSWritableFileOwnerWrapper::Append(data, options, dbg);
    }
    if (disk_.upset_ == Upset::short_append && !disk_.off_)
      FSWritableFileOwnerWrapper::Append({data.data(), data.size() / 2}, options, dbg).PermitUncheckedError();
    return status;
  }
  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           const rocksdb::DataVerificationInfo&, rocksdb::IODebugContext* dbg) override {
    return Append(data, options, dbg);
  }
  rocksdb::IOStatus Sync(const rocksdb::IOOptions&, rocksdb::IODebugContext*) override {
    const std::lock_guard lock(disk_.mutex_);
    auto status = disk_.step(Step::sync);
    Data& data = disk_.data_[inode_];
    if (!status.ok())
      data.lost = true;
    else if (!data.lost)
      data.synced = size_;
    return status;
  }
  rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* dbg) override {
    return Sync(options, dbg);
  }

 private:
  CrashDisk& disk_;
  const ino_t inode_;
  std::uint64_t size_ = 0;
};

class CrashDisk::Directory final : public rocksdb::FSDirectory {
 public:
  explicit Directory(CrashDisk& disk) : disk_(disk) {}
  rocksdb::IOStatus Fsync(const rocksdb::IOOptions&, rocksdb::IODebugContext*) override {
    const std::lock_guard lock(disk_.mutex_);
    auto status = disk_.step(Step::sync_names);
    if (status.ok()) disk_.changes_.clear();
    return status;
  }

 private:
  CrashDisk& disk_;
};

inline rocksdb::IOStatus CrashDisk::NewWritableFile(const std::string& name,
                                                    const rocksdb::FileOptions& options,
                                                    std::unique_ptr<rocksdb::FSWritableFile>* out,
                                                    rocksdb::IODebugContext* dbg) {
  const std::lock_guard lock(mutex_);
  if (auto status = step(Step::create); !status.ok()) return status;
  changes_.push_back({was(name)});
  std::filesystem::remove(name);
  auto made = FileSystemWrapper::NewWritableFile(name, options, out, dbg);
  if (!made.ok()) return made;
  const ino_t file = inode(name);
  data_[file] = {};
  *out = std::make_unique<File>(std::move(*out), *this, file);
  return made;
}

inline rocksdb::IOStatus CrashDisk::NewDirectory(const std::string&, const rocksdb::IOOptions&,
                                                 std::unique_ptr<rocksdb::FSDirectory>* out,
                                                 rocksdb::IODebugContext*) {
  *out = std::make_unique<Directory>(*this);
  return {};
}

}  // namespace calsync
