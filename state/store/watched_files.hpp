// Stands between RocksDB and the disk and notes what is surely on it: how much of each MANIFEST and WAL was
// synced, and what its end was. The head witness writes that down, so that a MANIFEST or a WAL that was cut at
// the end of a record, or whose last record lies about its length (which RocksDB takes for a torn one), is
// refused before RocksDB acts on it. Damage before the last block RocksDB finds by itself.
// Owner:    the log's Env.
// Runs on:  any thread.
// Promises: synced() never claims more than the disk has. CURRENT is not switched to another MANIFEST before
//           `on_switch` has written a witness that allows for it: a kill at any moment leaves a directory
//           that its witness fits.
#pragma once
#include "state/base/crypto.hpp"
#include "state/base/error.hpp"

#include <rocksdb/file_system.h>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace calsync::store {

struct SeenFile {
  std::string name;
  std::uint64_t bytes = 0;
  Digest tail{};  // of those bytes, from tail_start() on
  friend bool operator==(const SeenFile&, const SeenFile&) = default;
};

// Where the last block of RocksDB's log format begins that these bytes reach into.
constexpr std::uint64_t tail_start(std::uint64_t bytes) {
  constexpr std::uint64_t block = 32768;
  return bytes == 0 ? 0 : (bytes - 1) / block * block;
}

struct SeenFiles {
  std::vector<SeenFile> manifests;  // CURRENT names one of these, and that one has at least these bytes
  std::vector<SeenFile> wals;       // each has at least these bytes, unless its records are in tables by now
  friend bool operator==(const SeenFiles&, const SeenFiles&) = default;
};

class WatchedFiles final : public rocksdb::FileSystemWrapper {
 public:
  // `before`: what the witness said of the files that are there. It holds until they go.
  WatchedFiles(const std::shared_ptr<rocksdb::FileSystem>& below, const std::filesystem::path& directory,
               const SeenFiles& before);
  ~WatchedFiles() override;
  WatchedFiles(const WatchedFiles&) = delete;
  WatchedFiles& operator=(const WatchedFiles&) = delete;

  [[nodiscard]] SeenFiles synced() const;
  void on_switch(std::function<Result<void>()> write_witness);

  [[nodiscard]] const char* Name() const override { return "calsync-watched"; }
  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* out,
                                    rocksdb::IODebugContext* dbg) override;
  rocksdb::IOStatus NewDirectory(const std::string& name, const rocksdb::IOOptions& options,
                                 std::unique_ptr<rocksdb::FSDirectory>* out,
                                 rocksdb::IODebugContext* dbg) override;
  rocksdb::IOStatus DeleteFile(const std::string& name, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* dbg) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options, rocksdb::IODebugContext* dbg) override;

 private:
  struct Notes;
  class File;
  class Directory;
  [[nodiscard]] bool is_ours(const std::filesystem::path& name) const;

  const std::filesystem::path directory_;
  const std::shared_ptr<Notes> notes_;  // shared with the files: RocksDB closes them when it likes
  std::mutex mutex_;
  std::function<Result<void>()> on_switch_;  // guarded by mutex_
};

}  // namespace calsync::store
