// A backup is made of a copy by hard links, not of the log: appends wait for the links alone, and RocksDB,
// which ends the process where it cannot sync its WAL for a copy, is asked between two batches only.
#include "state/store/backup_folder.hpp"
#include "state/store/rocks_log.hpp"

namespace calsync::store {
namespace {

class BriefCopy {
 public:
  explicit BriefCopy(std::filesystem::path path) : path_(std::move(path)) { remove(); }
  ~BriefCopy() { remove(); }
  BriefCopy(const BriefCopy&) = delete;
  BriefCopy& operator=(const BriefCopy&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  void remove() {  // also what a killed process left
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::filesystem::path path_;
};

Result<void> make_private(const std::filesystem::path& directory) {
  std::error_code failed;
  std::filesystem::create_directories(directory, failed);
  if (!failed) std::filesystem::permissions(directory, std::filesystem::perms::owner_all, failed);
  if (failed) return Error{Errc::io, "make " + directory.string() + ": " + failed.message()};
  return {};
}

}  // namespace

// So that what is copied and not shared, the WAL, is small.
Result<void> RocksLog::flush_all() {
  std::vector<rocksdb::ColumnFamilyHandle*> columns;
  for (std::size_t i = 0; i < column_count; ++i) columns.push_back(database_->column(static_cast<Column>(i)));
  const auto status = database_->raw().Flush(rocksdb::FlushOptions{}, columns);
  if (!status.ok()) return to_error(status, "flush the log");
  return {};
}

Result<BackupFacts> RocksLog::backup(const BackupOrder& order) {
  CALSYNC_CHECK("backup", open_or_cancelled());
  if (!writer_) return read_only_error();
  if (auto error = failed()) return *std::move(error);
  const std::unique_lock alone(backup_mutex_, std::try_to_lock);
  if (!alone) return Error{Errc::conflict, "another backup of this log is being made: wait for its end"};
  CALSYNC_TRY(folder, "backup", BackupFolder::enter(order.directory, options_.path, id_));
  if (order.progress) order.progress(0);
  CALSYNC_CHECK("backup", flush_all());
  CALSYNC_CHECK("backup", make_private(options_.path / "checkpoints"));
  const BriefCopy copy(options_.path / "checkpoints" / "backup");
  CALSYNC_CHECK("backup", checkpoint(copy.path()));
  const LogOptions reading{.path = copy.path(), .create = false, .read_only = true};
  CALSYNC_TRY(opened, "backup", open_log(reading, disk_, nullptr));
  return folder.add(*opened.database, opened.head, order);
}

}  // namespace calsync::store
