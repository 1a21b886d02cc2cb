#include "state/store/database.hpp"

#include <algorithm>

namespace calsync::store {

rocksdb::Slice slice(std::string_view text) {
  return {text.data(), text.size()};
}

bool is_full(const rocksdb::Status& status) {
  return status.IsNoSpace() && status.severity() < rocksdb::Status::Severity::kFatalError;
}

Error to_error(const rocksdb::Status& status, std::string_view doing) {
  const std::string what = std::string(doing) + ": " + status.ToString();
  if (is_full(status)) return Error{Errc::disk_full, what};
  if (status.IsCorruption() || status.IsPathNotFound()) return Error{Errc::corrupt, what};
  if (status.IsNotFound()) return Error{Errc::not_found, what};
  return Error{Errc::io, what};
}

Database::Database(std::unique_ptr<rocksdb::Env> env, rocksdb::DB* db,
                   std::vector<rocksdb::ColumnFamilyHandle*> handles)
    : env_(std::move(env)), db_(db), handles_(std::move(handles)) {
  for (rocksdb::ColumnFamilyHandle* handle : handles_) {
    const auto name = std::ranges::find(column_names, handle->GetName());
    if (name != column_names.end()) columns_[static_cast<std::size_t>(name - column_names.begin())] = handle;
  }
}

Database::~Database() {
  for (rocksdb::ColumnFamilyHandle* handle : handles_) db_->DestroyColumnFamilyHandle(handle);
  const rocksdb::Status closed = db_->Close();
  closed.PermitUncheckedError();  // every record was synced when it was acknowledged
}

rocksdb::ColumnFamilyHandle* Database::column(Column column) const {
  return columns_.at(static_cast<std::size_t>(column));
}

Result<std::optional<std::string>> Database::get(Column column, std::string_view key,
                                                 const Snapshot* at) const {
  rocksdb::ReadOptions options;
  if (at != nullptr) options.snapshot = at->get();
  std::string value;
  const rocksdb::Status status = db_->Get(options, this->column(column), slice(key), &value);
  if (status.IsNotFound()) return std::optional<std::string>{};
  if (!status.ok())
    return to_error(status, std::string("read ") + column_names.at(static_cast<std::size_t>(column)));
  return std::optional(std::move(value));
}

std::unique_ptr<rocksdb::Iterator> Database::iterate(Column column, const Snapshot* at,
                                                     bool fill_cache) const {
  rocksdb::ReadOptions options;
  if (at != nullptr) options.snapshot = at->get();
  options.fill_cache = fill_cache;
  return std::unique_ptr<rocksdb::Iterator>(db_->NewIterator(options, this->column(column)));
}

Result<std::uint64_t> Database::last_sequence(Column column) const {
  const auto rows = iterate(column);
  rows->SeekToLast();
  if (rows->Valid()) return sequence_from(text(rows->key()));
  if (!rows->status().ok()) return to_error(rows->status(), "find the last record");
  return 0;
}

rocksdb::Status Database::write(rocksdb::WriteBatch& batch) {
  rocksdb::WriteOptions options;
  options.sync = true;
  options.protection_bytes_per_key = 8;
  return db_->Write(options, &batch);
}

}  // namespace calsync::store
