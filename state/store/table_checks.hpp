// Whole tables against the checksums that the MANIFEST has of them. RocksDB finds damage only in what it reads;
// a log with damage in what nobody has read for a year must not pass for sound either (P5).
// Owner:    open() reads the newest tables, up to a limit; the rest TableChecker reads behind the open log.
// Runs on:  open(), then one thread of its own.
// Blocks:   on the disk; the thread takes a small share of it.
// Fails:    corrupt, with the table's name: the log then stops, like after any other damage.
#pragma once
#include "state/store/database.hpp"
#include "state/store/disk.hpp"
#include "state/store/store_probe.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace calsync::store {

struct Table {
  std::string name;
  std::uint64_t number = 0, bytes = 0;
  std::string checksum;
};

std::vector<Table> tables_of(const Database& database);  // newest first
// nullopt: there is no such file. Read in pieces; `pause` is called between them and ends the reading by true.
Result<std::optional<std::string>> checksum_of(Disk& disk, const std::filesystem::path& file,
                                               const std::function<bool(std::size_t)>& pause);

// Checks the newest tables, at most about `bytes`. Gives those that are still to be checked.
Result<std::vector<Table>> check_newest_tables(Disk& disk, const std::filesystem::path& directory,
                                               const Database& database, std::uint64_t bytes);

class TableChecker {
 public:
  TableChecker(Disk& disk, std::filesystem::path directory, const Database& database, const StoreProbe& probe,
               std::vector<Table> tables, std::function<void(Error)> on_damage);
  ~TableChecker();
  TableChecker(const TableChecker&) = delete;
  TableChecker& operator=(const TableChecker&) = delete;

 private:
  void run();
  [[nodiscard]] Result<void> check(const Table& table);
  bool rest(std::chrono::milliseconds time);  // true: it is over

  Disk& disk_;
  const std::filesystem::path directory_;
  const Database& database_;
  const StoreProbe& probe_;
  std::vector<Table> tables_;
  const std::function<void(Error)> on_damage_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace calsync::store
