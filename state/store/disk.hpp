// The narrow port that faults are injected at: every file of the log, RocksDB's and ours, goes through
// `files`. Owner: who opens the log; must live longer than it. Default: the machine's own file system,
// nothing in between.
#pragma once
#include <rocksdb/file_system.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>

namespace calsync {

std::shared_ptr<rocksdb::FileSystem>
private_files();  // the machine's own; each new file is its owner's alone (0600)

// `wanted`, but at most one of so many parts of the file system: small disks get small buffers and reserves.
std::uint64_t at_most_a_share(const std::filesystem::path& directory, std::uint64_t wanted,
                              std::uint64_t parts);

struct Disk {
  std::shared_ptr<rocksdb::FileSystem> files = private_files();
  std::chrono::milliseconds witness_every{1000};  // the head witness follows the head so late
};

}  // namespace calsync
