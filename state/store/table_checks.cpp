#include "state/store/table_checks.hpp"

#include "state/base/log.hpp"
#include "state/store/open_checks.hpp"

#include <rocksdb/file_checksum.h>

#include <algorithm>

namespace calsync::store {
namespace {

constexpr std::size_t piece = std::size_t{1} << 20U;
constexpr std::uint64_t bytes_per_ms = (std::uint64_t{32} << 20U) / 1000;  // behind the open log: 32 MiB/s

std::unique_ptr<rocksdb::FileChecksumGenerator> checksum_generator() {
  static const auto factory = rocksdb::GetFileChecksumGenCrc32cFactory();
  return factory->CreateFileChecksumGenerator({});
}

Error damaged(const std::filesystem::path& directory, const Table& table, const std::string& how) {
  return explain_damage(directory, "its table " + table.name + " " + how);
}

Result<void> compare(const std::filesystem::path& directory, const Table& table,
                     const std::string& checksum) {
  if (checksum == table.checksum) return {};
  return damaged(directory, table, "does not fit its checksum");
}

}  // namespace

std::vector<Table> tables_of(const Database& database) {
  const std::string ours = checksum_generator()->Name();
  std::vector<rocksdb::LiveFileMetaData> files;
  database.raw().GetLiveFilesMetaData(&files);
  std::vector<Table> tables;
  for (rocksdb::LiveFileMetaData& file : files)
    if (file.file_checksum_func_name == ours)
      tables.push_back({file.relative_filename, file.file_number, file.size, std::move(file.file_checksum)});
  std::ranges::sort(tables, std::ranges::greater{}, &Table::number);
  return tables;
}

Result<std::optional<std::string>> checksum_of(Disk& disk, const std::filesystem::path& file,
                                               const std::function<bool(std::size_t)>& pause) {
  std::unique_ptr<rocksdb::FSSequentialFile> in;
  auto status = disk.files->NewSequentialFile(file, {}, &in, nullptr);
  if (status.IsNotFound() || status.IsPathNotFound()) return std::optional<std::string>{};
  if (!status.ok()) return to_error(status, "read " + file.string());
  const auto checksum = checksum_generator();
  std::string space(piece, '\0');
  rocksdb::Slice read;
  do {
    status = in->Read(space.size(), {}, &read, space.data(), nullptr);
    if (!status.ok()) return to_error(status, "read " + file.string());
    checksum->Update(read.data(), read.size());
    if (pause && pause(read.size())) return Error{Errc::cancelled, "the log is being closed"};
  } while (read.size() > 0);
  // What was read here only once shall not drive out what the log works with.
  if (pause) in->InvalidateCache(0, 0).PermitUncheckedError();
  checksum->Finalize();
  return std::optional(checksum->GetChecksum());
}

Result<std::vector<Table>> check_newest_tables(Disk& disk, const std::filesystem::path& directory,
                                               const Database& database, std::uint64_t bytes) {
  std::vector<Table> left;
  for (Table& table : tables_of(database)) {
    if (table.bytes > bytes) {
      left.push_back(std::move(table));
      continue;
    }
    bytes -= table.bytes;
    CALSYNC_TRY(checksum, "check table", checksum_of(disk, directory / table.name, {}));
    if (!checksum) return damaged(directory, table, "is missing");
    CALSYNC_CHECK("check table", compare(directory, table, *checksum));
  }
  return left;
}

TableChecker::TableChecker(Disk& disk, std::filesystem::path directory, const Database& database,
                           const StoreProbe& probe, std::vector<Table> tables,
                           std::function<void(Error)> on_damage)
    : disk_(disk),
      directory_(std::move(directory)),
      database_(database),
      probe_(probe),
      tables_(std::move(tables)),
      on_damage_(std::move(on_damage)) {
  probe_.tables_unchecked.set(static_cast<double>(tables_.size()));
  if (!tables_.empty()) thread_ = std::thread([this] { run(); });
}

TableChecker::~TableChecker() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool TableChecker::rest(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, time, [this] { return stopping_; });
}

void TableChecker::run() {
  for (std::size_t i = 0; i < tables_.size(); ++i) {
    auto checked = check(tables_[i]);
    if (!checked && checked.error().code == Errc::cancelled) return;
    if (!checked) {
      on_damage_(std::move(checked).error());
      return;
    }
    probe_.tables_unchecked.set(static_cast<double>(tables_.size() - i - 1));
  }
  log::info("every table of the log fits its checksum",
            {log::field("tables", static_cast<std::uint64_t>(tables_.size()))});
}

// A compaction may have replaced the table since open(); what it read then, it checked.
Result<void> TableChecker::check(const Table& table) {
  CALSYNC_TRY(checksum, "check table", checksum_of(disk_, directory_ / table.name, [this](std::size_t bytes) {
                return rest(std::chrono::milliseconds{bytes / bytes_per_ms});
              }));
  if (checksum) return compare(directory_, table, *checksum);
  const auto still = tables_of(database_);
  if (std::ranges::find(still, table.number, &Table::number) == still.end()) return {};
  return damaged(directory_, table, "is missing");
}

}  // namespace calsync::store
