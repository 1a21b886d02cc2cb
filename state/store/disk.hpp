// The narrow port that faults are injected at: every file of the log, RocksDB's and ours, goes through
// `files`. Owner: who opens the log; must live longer than it. Default: the machine's own file system,
// nothing in between.
#pragma once
#include <rocksdb/file_system.h>

#include <memory>

namespace calsync {

struct Disk {
  std::shared_ptr<rocksdb::FileSystem> files = rocksdb::FileSystem::Default();
};

}  // namespace calsync
