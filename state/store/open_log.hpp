// Opens the directory, or says in one line what is wrong with it and what to do. Never repairs, truncates or
// deletes.
#pragma once
#include "state/store/cut.hpp"
#include "state/store/database.hpp"
#include "state/store/directory_lock.hpp"
#include "state/store/disk.hpp"
#include "state/store/event_log.hpp"
#include "state/store/head_witness.hpp"
#include "state/store/rocks_options.hpp"
#include "state/store/table_checks.hpp"

#include <rocksdb/listener.h>

namespace calsync::store {

struct Opened {
  DirectoryLock lock;                   // not where it is only read: a copy that nobody writes
  std::shared_ptr<WatchedFiles> files;  // the two of them only where it is written
  Witness witnessed;
  std::vector<Table> unchecked;  // tables that open() has not read whole
  std::unique_ptr<Database> database;
  LogId id;
  std::string person_key;
  LogHead head;
  CutRow cut;
  std::uint64_t quarantined = 0;
  bool erased = false;  // format 3: somebody was forgotten
};

Result<Opened> open_log(const LogOptions& options, Disk& disk,
                        std::shared_ptr<rocksdb::EventListener> listener);

// Head, identity and keys: what makes an empty database a log of ours. One synced batch.
Result<void> write_meta(Database& database);

// What a directory holds, by its names alone.
enum class Contents { nothing, unfinished, log, broken_log, something_else };
Contents classify(const std::vector<std::string>& names);

inline constexpr const char* unfinished_name =
    "unfinished";  // there from mkdir until the first open is complete

}  // namespace calsync::store
