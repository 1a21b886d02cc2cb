// The directory of a log on a simulated disk: the rows of its database and its head witness, each in two
// layers, what the machine sees and what a power cut leaves. RocksDB is replaced at its own interface, `DB`:
// everything above it (state/store but the opening of files) is production code.
// A write that was not synced, or whose sync failed, may be gone after a power cut, the last ones first.
#pragma once
#include "state/store/database.hpp"
#include "state/store/disk.hpp"
#include "state/store/event_log.hpp"
#include "tests/sim/world.hpp"

#include <deque>

namespace calsync::sim {

// The process is gone in the middle of a call. No std::exception: production code must not catch it.
struct Killed {};

class SimDisk {
 public:
  using Rows = std::map<std::string, std::string, std::less<>>;

  SimDisk(World& world, std::string name)
      : world_(world), name_(std::move(name)), identity_(world.random.next()) {}
  [[nodiscard]] std::string identity() const { return std::to_string(identity_); }  // a copy has another one
  [[nodiscard]] std::shared_ptr<SimDisk> copy(std::string name) const;              // as `cp -r` sees it

  // --- the database; `run` is that of the process that asks ---
  [[nodiscard]] const Rows& rows(store::Column column) const {
    return columns_[static_cast<std::size_t>(column)];
  }
  // As it is, or as it was when it was trimmed: for the oracle, who remembers what the log may forget. Empty: never there.
  [[nodiscard]] const std::string& row_ever(store::Column column, std::string_view key) const;
  rocksdb::Status write(std::uint64_t run, const rocksdb::WriteBatch& batch, bool sync);
  [[nodiscard]] std::uint64_t run() const { return run_; }
  [[nodiscard]] bool synced(store::Column column, std::string_view key) const;  // a power cut leaves this row

  // --- the head witness ---
  [[nodiscard]] std::string witness() const { return witness_; }
  rocksdb::IOStatus write_witness(std::uint64_t run, std::string text);

  // --- what happens to disks ---
  void crash();
  // A disk that lied, or a hand that slipped: the last synced writes are gone. Gives back how it was.
  std::shared_ptr<SimDisk> cut(std::size_t writes);
  [[nodiscard]] std::size_t can_cut() const { return undo_.size(); }

  struct Faults {                // per mille of writes
    unsigned killed_before = 0;  // in the middle of it: nobody knows how much of it is there
    unsigned killed_after = 0;   // it is there, and nobody was told
    unsigned sync_fails = 0;
    Ms full_until{0};  // no room
  } faults;
  std::function<void()> on_killed = [] {};  // set by the process that runs

  // What was acknowledged, and by which bytes.
  std::map<std::uint64_t, std::uint64_t> acknowledged;

 private:
  struct Undo {
    store::Column column;
    std::string key;
    std::optional<std::string> before;
  };
  using Write = std::vector<Undo>;
  friend class BatchReader;
  void put(Write& undo, store::Column column, std::string key, std::optional<std::string> value);
  void take_back();

  World& world_;
  const std::string name_;
  const std::uint64_t identity_;
  std::array<Rows, store::column_count> columns_;
  std::array<Rows, store::column_count> removed_;  // of records and events, with their keys and summaries
  std::deque<Write> undo_;                         // the last writes, newest last
  std::size_t unsynced_ = 0;                       // of those
  std::string witness_, witness_before_;
  bool witness_synced_ = true;
  std::uint64_t run_ = 1;  // grows with each crash: a process of before writes nothing any more
};

// For store::Database and the witness. Both live as long as the process.
rocksdb::DB* open_sim_db(std::shared_ptr<SimDisk> disk, bool ignores_sync,
                         std::vector<rocksdb::ColumnFamilyHandle*>& handles);
std::shared_ptr<rocksdb::FileSystem> open_sim_files(std::shared_ptr<SimDisk> disk);

}  // namespace calsync::sim
