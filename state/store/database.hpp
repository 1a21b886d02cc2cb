// RocksDB as this room uses it: named columns, snapshots, and its Status in our words.
// Owner:    EventLog.
// Runs on:  any thread, but write() on the writer thread only.
// Blocks:   on the disk.
#pragma once
#include "state/base/error.hpp"
#include "state/store/keys.hpp"

#include <rocksdb/db.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

namespace calsync::store {

// No room, and RocksDB goes on by itself once there is some.
bool is_full(const rocksdb::Status& status);
Error to_error(const rocksdb::Status& status, std::string_view doing);
rocksdb::Slice slice(std::string_view text);
inline std::string_view text(const rocksdb::Slice& slice) {
  return {slice.data(), slice.size()};
}

struct Change {  // nullopt: the row goes
  Column column{};
  std::string key;
  std::optional<std::string> value;
};

class Snapshot {
 public:
  explicit Snapshot(rocksdb::DB& db) : db_(db), taken_(db.GetSnapshot()) {}
  ~Snapshot() { db_.ReleaseSnapshot(taken_); }
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;
  [[nodiscard]] const rocksdb::Snapshot* get() const { return taken_; }

 private:
  rocksdb::DB& db_;
  const rocksdb::Snapshot* taken_;
};

class Database {
 public:
  Database(std::unique_ptr<rocksdb::Env> env, rocksdb::DB* db,
           std::vector<rocksdb::ColumnFamilyHandle*> handles);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  [[nodiscard]] Result<std::optional<std::string>> get(Column column, std::string_view key,
                                                       const Snapshot* at = nullptr) const;
  [[nodiscard]] std::unique_ptr<rocksdb::Iterator> iterate(Column column, const Snapshot* at = nullptr,
                                                           bool fill_cache = true) const;
  [[nodiscard]] Result<std::uint64_t> last_sequence(Column column) const;  // 0: the column is empty
  rocksdb::Status write(rocksdb::WriteBatch& batch);                       // synced
  [[nodiscard]] rocksdb::ColumnFamilyHandle* column(Column column) const;
  [[nodiscard]] rocksdb::DB& raw() const { return *db_; }

 private:
  std::unique_ptr<rocksdb::Env> env_;  // outlives db_
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;  // all that the directory has
  std::array<rocksdb::ColumnFamilyHandle*, column_count> columns_{};
};

}  // namespace calsync::store
