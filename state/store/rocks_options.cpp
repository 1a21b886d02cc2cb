#include "state/store/rocks_options.hpp"

#include "state/base/log.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/env.h>
#include <rocksdb/file_checksum.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>

#include <array>
#include <cstdio>

namespace calsync::store {
namespace {

constexpr std::uint64_t mebibyte = 1U << 20U;

// RocksDB's own words go to our log. Its file LOG is not made: a full disk would end the process there (an
// assertion in RocksDB), and two that open one after the other would trip over its rotation.
class Words final : public rocksdb::Logger {
 public:
  explicit Words(bool silent) : Logger(rocksdb::InfoLogLevel::ERROR_LEVEL), silent_(silent) {}
  using rocksdb::Logger::Logv;
  void Logv(const char* format, va_list arguments) override {
    if (silent_) return;
    std::array<char, 512> text{};
    std::vsnprintf(text.data(), text.size(), format, arguments);
    log::warning("database", {log::field("says", std::string_view(text.data()))});
  }

 private:
  bool silent_;
};

}  // namespace

rocksdb::DBOptions database_options(rocksdb::Env* env, bool read_only, std::uint64_t write_buffer_bytes) {
  rocksdb::DBOptions options;
  options.env = env;
  options.create_if_missing = false;  // open_log decides, and says so for a directory that it made itself
  // The default, kPointInTimeRecovery, opens "OK" after a flipped bit and loses every record behind it (F1).
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.paranoid_checks = true;
  options.track_and_verify_wals_in_manifest = true;
  options.verify_sst_unique_id_in_manifest = true;
  options.flush_verify_memtable_count = true;
  options.avoid_flush_during_recovery = false;
  options.recycle_log_file_num = 0;
  options.manual_wal_flush = false;
  options.unordered_write = false;
  options.two_write_queues = false;
  options.best_efforts_recovery = false;
  options.use_fsync = true;
  options.max_total_wal_size = 2 * write_buffer_bytes;
  options.db_write_buffer_size = write_buffer_bytes;
  options.max_open_files = 512;
  options.file_checksum_gen_factory = rocksdb::GetFileChecksumGenCrc32cFactory();
  // Ten million events open in under a second: no table is read for statistics that we do not use.
  options.skip_stats_update_on_db_open = true;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.max_background_jobs = 2;
  options.info_log = std::make_shared<Words>(read_only);
  return options;
}

std::shared_ptr<rocksdb::Cache> block_cache() {
  return rocksdb::NewLRUCache(16 * mebibyte);
}

rocksdb::ColumnFamilyOptions column_options(const std::string& name,
                                            const std::shared_ptr<rocksdb::Cache>& cache,
                                            std::uint64_t write_buffer_bytes) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.cache_index_and_filter_blocks = true;
  table.checksum = rocksdb::kXXH3;
  if (name == "dedup" || name == "views") {  // most questions here are answered "not there"
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
    table.partition_filters = true;  // 12 MiB of filter for 10 million rows do not fit the cache in one piece
  }
  rocksdb::ColumnFamilyOptions options;
  // One column may take all of it. After a full disk RocksDB goes on only when this much is free.
  options.write_buffer_size = write_buffer_bytes;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  // What is sealed, hashed or random does not shrink; asking only costs time.
  options.compression =
      name == "views" || name == "summary" ? rocksdb::kLZ4Compression : rocksdb::kNoCompression;
  return options;
}

}  // namespace calsync::store
