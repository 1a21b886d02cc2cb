// RELIABILITY §3.1, word for word: how RocksDB is opened. One page, so that a change to it is seen.
#pragma once
#include <rocksdb/options.h>

#include <cstdint>
#include <memory>
#include <string>

namespace calsync::store {

inline constexpr std::uint64_t write_buffer_default = std::uint64_t{32} << 20U;

rocksdb::DBOptions database_options(rocksdb::Env* env, bool read_only,
                                    std::uint64_t write_buffer_bytes = write_buffer_default);
rocksdb::ColumnFamilyOptions column_options(const std::string& name,
                                            const std::shared_ptr<rocksdb::Cache>& cache,
                                            std::uint64_t write_buffer_bytes = write_buffer_default);
std::shared_ptr<rocksdb::Cache> block_cache();

}  // namespace calsync::store
