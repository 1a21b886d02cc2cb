#include "state/store/watched_files.hpp"

#include "state/store/database.hpp"

#include <algorithm>
#include <optional>

namespace calsync::store {

namespace fs = std::filesystem;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

struct WatchedFiles::Notes {
  struct Entry {
    std::uint64_t written = 0, synced = 0;
    bool name_synced = false;
    bool failed = false;         // an append or a sync: what was synced before is all that is known
    std::string tail;            // of the file, from tail_start(synced) on
    std::optional<Digest> told;  // the tail's, of a file that somebody else wrote
    [[nodiscard]] SeenFile seen(const std::string& name) const {
      return {name, synced,
              told ? *told : sha256(std::string_view(tail).substr(0, synced - tail_start(synced)))};
    }
  };
  // What a sync that starts now will have made sure of, once it is through.
  struct Moment {
    std::vector<std::string> names;
    std::string current;
  };

  std::mutex mutex;
  std::map<std::string, Entry> files;  // of MANIFESTs and WALs by name
  std::vector<std::string> manifests;  // which CURRENT may name, as far as the disk is known
  std::string current;                 // which it names after the last rename; empty: none yet

  void failed(const std::string& name) {
    const std::lock_guard lock(mutex);
    if (const auto file = files.find(name); file != files.end()) file->second.failed = true;
  }
  void wrote(const std::string& name, std::string_view bytes) {
    const std::lock_guard lock(mutex);
    const auto file = files.find(name);
    if (file == files.end() || file->second.failed) return;
    file->second.written += bytes.size();
    file->second.tail += bytes;
  }
  std::uint64_t written(const std::string& name) {
    const std::lock_guard lock(mutex);
    const auto file = files.find(name);
    return file == files.end() ? 0 : file->second.written;
  }
  void synced(const std::string& name, std::uint64_t bytes) {
    const std::lock_guard lock(mutex);
    const auto file = files.find(name);
    if (file == files.end() || file->second.failed || bytes <= file->second.synced) return;
    Entry& entry = file->second;
    entry.tail.erase(0, tail_start(bytes) - tail_start(entry.synced));
    entry.synced = bytes;
  }
  Moment now() {
    const std::lock_guard lock(mutex);
    Moment moment;
    for (const auto& [name, entry] : files) moment.names.push_back(name);
    moment.current = current;
    return moment;
  }
  void names_synced(const Moment& moment) {
    const std::lock_guard lock(mutex);
    for (const std::string& name : moment.names)
      if (const auto file = files.find(name); file != files.end()) file->second.name_synced = true;
    if (moment.current.empty() || moment.current != current) return;
    manifests = {current};
  }
};

class WatchedFiles::File final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  File(std::unique_ptr<rocksdb::FSWritableFile> file, std::string name, std::shared_ptr<Notes> notes)
      : FSWritableFileOwnerWrapper(std::move(file)), name_(std::move(name)), notes_(std::move(notes)) {}

  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options, IODebugContext* dbg) override {
    return wrote(data, FSWritableFileOwnerWrapper::Append(data, options, dbg));
  }
  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& info, IODebugContext* dbg) override {
    return wrote(data, FSWritableFileOwnerWrapper::Append(data, options, info, dbg));
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* dbg) override {
    const std::uint64_t bytes = notes_->written(name_);
    return synced(bytes, FSWritableFileOwnerWrapper::Sync(options, dbg));
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* dbg) override {
    const std::uint64_t bytes = notes_->written(name_);
    return synced(bytes, FSWritableFileOwnerWrapper::Fsync(options, dbg));
  }

 private:
  IOStatus wrote(const rocksdb::Slice& data, IOStatus status) {
    if (status.ok())
      notes_->wrote(name_, {data.data(), data.size()});
    else
      notes_->failed(name_);
    return status;
  }
  IOStatus synced(std::uint64_t bytes, IOStatus status) {
    if (status.ok())
      notes_->synced(name_, bytes);
    else
      notes_->failed(name_);
    return status;
  }

  const std::string name_;
  const std::shared_ptr<Notes> notes_;
};

class WatchedFiles::Directory final : public rocksdb::FSDirectoryWrapper {
 public:
  Directory(std::unique_ptr<rocksdb::FSDirectory> directory, std::shared_ptr<Notes> notes)
      : FSDirectoryWrapper(std::move(directory)), notes_(std::move(notes)) {}

  IOStatus Fsync(const IOOptions& options, IODebugContext* dbg) override {
    const Notes::Moment moment = notes_->now();
    return synced(moment, FSDirectoryWrapper::Fsync(options, dbg));
  }
  // On btrfs a new file's name is synced with the file, and this call, made for one, syncs nothing else.
  IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* dbg,
                               const rocksdb::DirFsyncOptions& why) override {
    Notes::Moment moment = notes_->now();
    if (why.reason == rocksdb::DirFsyncOptions::kNewFileSynced) moment.current.clear();
    return synced(moment, FSDirectoryWrapper::FsyncWithDirOptions(options, dbg, why));
  }

 private:
  IOStatus synced(const Notes::Moment& moment, IOStatus status) {
    if (status.ok()) notes_->names_synced(moment);
    return status;
  }

  const std::shared_ptr<Notes> notes_;
};

WatchedFiles::WatchedFiles(const std::shared_ptr<rocksdb::FileSystem>& below, const fs::path& directory,
                           const SeenFiles& before)
    : FileSystemWrapper(below),
      directory_((directory / "").parent_path()),
      notes_(std::make_shared<Notes>()) {
  for (const SeenFile& manifest : before.manifests) notes_->manifests.push_back(manifest.name);
  for (const auto* files : {&before.manifests, &before.wals})
    for (const SeenFile& file : *files)
      notes_->files[file.name] = {
          .written = file.bytes, .synced = file.bytes, .name_synced = true, .tail = {}, .told = file.tail};
}

WatchedFiles::~WatchedFiles() = default;

SeenFiles WatchedFiles::synced() const {
  const std::lock_guard lock(notes_->mutex);
  SeenFiles seen;
  for (const std::string& name : notes_->manifests)
    if (const auto file = notes_->files.find(name); file != notes_->files.end())
      seen.manifests.push_back(file->second.seen(name));
  for (const auto& [name, entry] : notes_->files)
    if (name.ends_with(".log") && entry.name_synced && entry.synced > 0)
      seen.wals.push_back(entry.seen(name));
  return seen;
}

void WatchedFiles::on_switch(std::function<Result<void>()> write_witness) {
  const std::lock_guard lock(mutex_);
  on_switch_ = std::move(write_witness);
}

bool WatchedFiles::is_ours(const fs::path& name) const {
  return name.parent_path() == directory_;
}

IOStatus WatchedFiles::NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                       std::unique_ptr<rocksdb::FSWritableFile>* out, IODebugContext* dbg) {
  auto made = FileSystemWrapper::NewWritableFile(name, options, out, dbg);
  const fs::path path(name);
  const std::string file = path.filename();
  if (!made.ok() || !is_ours(path) || !(file.starts_with("MANIFEST-") || file.ends_with(".log"))) return made;
  {
    const std::lock_guard lock(notes_->mutex);
    notes_->files[file] = {};
  }
  *out = std::make_unique<File>(std::move(*out), file, notes_);
  return made;
}

IOStatus WatchedFiles::NewDirectory(const std::string& name, const IOOptions& options,
                                    std::unique_ptr<rocksdb::FSDirectory>* out, IODebugContext* dbg) {
  auto made = FileSystemWrapper::NewDirectory(name, options, out, dbg);
  if (made.ok() && (fs::path(name) / "").parent_path() == directory_)
    *out = std::make_unique<Directory>(std::move(*out), notes_);
  return made;
}

IOStatus WatchedFiles::DeleteFile(const std::string& name, const IOOptions& options, IODebugContext* dbg) {
  const fs::path path(name);
  if (is_ours(path)) {  // before it goes, so that no witness written from now on asks for it
    const std::lock_guard lock(notes_->mutex);
    notes_->files.erase(path.filename());
  }
  return FileSystemWrapper::DeleteFile(name, options, dbg);
}

IOStatus WatchedFiles::RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                                  IODebugContext* dbg) {
  const fs::path path(to);
  if (!is_ours(path) || path.filename() != "CURRENT")
    return FileSystemWrapper::RenameFile(from, to, options, dbg);
  std::string manifest;
  if (auto read = rocksdb::ReadFileToString(target(), from, &manifest); !read.ok()) return read;
  while (manifest.ends_with('\n')) manifest.pop_back();
  {
    const std::lock_guard lock(notes_->mutex);
    if (std::ranges::find(notes_->manifests, manifest) == notes_->manifests.end())
      notes_->manifests.push_back(manifest);
  }
  std::function<Result<void>()> write_witness;
  {
    const std::lock_guard lock(mutex_);
    write_witness = on_switch_;
  }
  if (write_witness) {
    const auto written = write_witness();
    if (!written && written.error().code == Errc::disk_full) return IOStatus::NoSpace(written.error().what);
    if (!written) return IOStatus::IOError(written.error().what);
  }
  auto renamed = FileSystemWrapper::RenameFile(from, to, options, dbg);
  if (renamed.ok()) {
    const std::lock_guard lock(notes_->mutex);
    notes_->current = manifest;
  }
  return renamed;
}

}  // namespace calsync::store
