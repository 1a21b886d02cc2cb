// RELIABILITY §3.1, word for word: how RocksDB is opened. One page, so that a change to it is seen.
#pragma once
#include <rocksdb/options.h>

#include <memory>
#include <string>

namespace calsync::store {

rocksdb::DBOptions database_options(rocksdb::Env* env, bool read_only);
rocksdb::ColumnFamilyOptions column_options(const std::string& name,
                                            const std::shared_ptr<rocksdb::Cache>& cache);
std::shared_ptr<rocksdb::Cache> block_cache();

}  // namespace calsync::store
