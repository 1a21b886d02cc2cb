#include "state/store/open_log.hpp"

#include "state/base/log.hpp"
#include "state/store/file_checks.hpp"
#include "state/store/open_checks.hpp"
#include "state/store/records.hpp"

#include <rocksdb/env.h>

#include <algorithm>
#include <system_error>

namespace calsync::store {
namespace {

namespace fs = std::filesystem;

// Half of the reserve's share: what is in memory can be written with the reserve's room.
constexpr std::uint64_t buffers_of_disk = 40;

Result<std::vector<std::string>> list(const fs::path& directory) {
  std::error_code failed;
  std::vector<std::string> names;
  for (fs::directory_iterator it(directory, failed), end; !failed && it != end; it.increment(failed))
    names.push_back(it->path().filename());
  if (failed) return cannot_use(directory, failed.message());
  return names;
}

Result<void> sync_directory(Disk& disk, const fs::path& directory) {
  std::unique_ptr<rocksdb::FSDirectory> folder;
  auto status = disk.files->NewDirectory(directory, {}, &folder, nullptr);
  if (status.ok()) status = folder->Fsync({}, nullptr);
  if (!status.ok()) return to_error(status, "sync directory");
  return {};
}

// 0700 from the first moment: bodies are sealed, but the keys lie beside them.
Result<void> make_directory(Disk& disk, const fs::path& directory) {
  std::error_code failed;
  const fs::path parent = fs::absolute(directory).parent_path();
  fs::create_directories(parent, failed);
  if (failed) return cannot_use(directory, failed.message());
  if (fs::create_directory(directory, failed)) fs::permissions(directory, fs::perms::owner_all, failed);
  if (failed) return cannot_use(directory, failed.message());
  return sync_directory(disk, parent);
}

Result<void> mark_unfinished(Disk& disk, const fs::path& directory) {
  const auto status = rocksdb::WriteStringToFile(disk.files.get(), "calsync log, being created\n",
                                                 directory / unfinished_name, true);
  if (!status.ok()) return explain_open(status, directory);
  return sync_directory(disk, directory);
}

// A creation that was cut short may have made this already.
Result<void> make_log(Database& database) {
  CALSYNC_TRY(format, "read meta", database.get(Column::meta, meta::format));
  return format ? Result<void>{} : write_meta(database);
}

Result<void> finish_creation(Disk& disk, const fs::path& directory) {
  const auto status = disk.files->DeleteFile(directory / unfinished_name, {}, nullptr);
  if (!status.ok()) return to_error(status, "create the log");
  return sync_directory(disk, directory);
}

enum class Access { create, write, read };

Result<std::vector<std::string>> list_columns(const rocksdb::DBOptions& db_options, const fs::path& directory,
                                              Access access, bool ours) {
  std::vector<std::string> names;
  if (access != Access::create) {
    const auto status = rocksdb::DB::ListColumnFamilies(db_options, directory, &names);
    if (!status.ok()) return explain_open(status, directory);
    CALSYNC_CHECK("column families", check_columns(names, ours, directory));
    return names;
  }
  names = {rocksdb::kDefaultColumnFamilyName};
  names.insert(names.end(), column_names.begin(), column_names.end());
  return names;
}

// `ours`: the head witness says that this is, or was, a calsync log.
Result<std::unique_ptr<Database>> open_database(const LogOptions& options,
                                                const std::shared_ptr<rocksdb::FileSystem>& files,
                                                Access access, bool ours,
                                                std::shared_ptr<rocksdb::EventListener> listener) {
  auto env = rocksdb::NewCompositeEnv(files);
  const std::uint64_t buffers = at_most_a_share(options.path, options.write_buffer_bytes, buffers_of_disk);
  rocksdb::DBOptions db_options = database_options(env.get(), access == Access::read, buffers);
  db_options.create_if_missing = access == Access::create;
  db_options.create_missing_column_families = access == Access::create;
  if (listener) db_options.listeners.push_back(std::move(listener));
  CALSYNC_TRY(names, "list columns", list_columns(db_options, options.path, access, ours));
  const auto cache = block_cache();
  std::vector<rocksdb::ColumnFamilyDescriptor> columns;
  columns.reserve(names.size());
  for (const std::string& name : names) columns.emplace_back(name, column_options(name, cache, buffers));
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  const auto status = access == Access::read
                          ? rocksdb::DB::OpenForReadOnly(db_options, options.path, columns, &handles, &db)
                          : rocksdb::DB::Open(db_options, options.path, columns, &handles, &db);
  if (!status.ok()) return explain_open(status, options.path);
  return std::make_unique<Database>(std::move(env), db, std::move(handles));
}

Error no_log(const fs::path& directory) {
  return {Errc::not_found, "no log in " + directory.string() + ": start calsyncd once, or set log.path"};
}

// The directory is there, ours alone and, but for a reader, locked.
Result<DirectoryLock> enter(const LogOptions& options, Disk& disk) {
  const bool may_create = options.create && !options.read_only;
  std::error_code failed;
  const auto kind = fs::status(options.path, failed).type();
  if (kind == fs::file_type::not_found) {
    if (!may_create) return no_log(options.path);
    CALSYNC_CHECK("create directory", make_directory(disk, options.path));
  } else if (kind != fs::file_type::directory) {
    if (failed) return cannot_use(options.path, failed.message());
    return Error{Errc::rejected, options.path.string() +
                                     (kind == fs::file_type::regular ? " is a file" : " is no directory") +
                                     ": set log.path to a directory"};
  }
  if (options.read_only) return DirectoryLock{};
  const auto mode = fs::status(options.path, failed).permissions();
  if ((mode & (fs::perms::group_all | fs::perms::others_all)) != fs::perms::none)
    log::warning("other users of this machine can reach the log's directory: chmod 700 it",
                 {log::field("path", options.path.string())});
  return DirectoryLock::take(options.path);
}

// Tells whether the database in the directory is still to be made.
Result<bool> prepare(const LogOptions& options, Disk& disk) {
  CALSYNC_TRY(names, "list directory", list(options.path));
  switch (classify(names)) {
    case Contents::log:
      return false;
    case Contents::broken_log:
      return explain_damage(options.path, "the database's file CURRENT is missing");
    case Contents::something_else:
      return explain_foreign(options.path, "it is not empty and holds no calsync log");
    case Contents::nothing:
    case Contents::unfinished:
      break;
  }
  if (!options.create || options.read_only) return no_log(options.path);
  CALSYNC_CHECK("create log", mark_unfinished(disk, options.path));
  return true;
}

// Looks at the whole log before anything of it is changed: a log that is refused stays as it was found.
Result<void> look(const LogOptions& options, Disk& disk, std::optional<Witness>& witness, Opened& opened) {
  std::vector<SeenFile> gone;
  if (witness) {
    CALSYNC_TRY(missing, "check files", check_files(disk, options.path, witness->files));
    gone = std::move(missing);
    for (const SeenFile& wal : gone) std::erase(witness->files.wals, wal);
  }
  CALSYNC_TRY(database, "open database",
              open_database(options, disk.files, Access::read, witness.has_value(), {}));
  CALSYNC_CHECK("check files", check_gone_wals(*database, gone, options.path));
  if (!options.read_only) {
    CALSYNC_TRY(left, "check tables",
                check_newest_tables(disk, options.path, *database, options.tables_checked_at_open));
    opened.unchecked = std::move(left);
  }
  opened.database = std::move(database);
  return check_log(opened, witness, options.path);
}

std::function<Result<void>()> witness_writer(Disk& disk, const fs::path& directory, const LogHead& head,
                                             const WatchedFiles& files) {
  return [&disk, directory, head, &files] { return write_witness(disk, directory, {head, files.synced()}); };
}

// The database that is written from now on. Whatever happens on the way, a witness that fits is beside it.
Result<void> open_for_writing(const LogOptions& options, Disk& disk, const std::optional<Witness>& witness,
                              std::shared_ptr<rocksdb::EventListener> listener, Opened& opened) {
  opened.database.reset();
  opened.files = std::make_shared<WatchedFiles>(disk.files, options.path, witness.value_or(Witness{}).files);
  WatchedFiles& files = *opened.files;
  // A witness of format 1.0 says nothing of files, and nothing needs to be added to it.
  if (witness && !witness->files.manifests.empty())
    files.on_switch(witness_writer(disk, options.path, witness->head, files));
  CALSYNC_TRY(database, "open database",
              open_database(options, opened.files, witness ? Access::write : Access::create,
                            witness.has_value(), std::move(listener)));
  opened.database = std::move(database);
  if (!witness) CALSYNC_CHECK("create log", make_log(*opened.database));
  CALSYNC_CHECK("check log", check_log(opened, witness.value_or(Witness{}), options.path));
  files.on_switch(witness_writer(disk, options.path, opened.head, files));
  opened.witnessed = {opened.head, files.synced()};
  return write_witness(disk, options.path, opened.witnessed);
}

}  // namespace

Result<void> write_meta(Database& database) {
  rocksdb::WriteBatch batch(0, 0, 8, 0);
  auto* column = database.column(Column::meta);
  const SealKey person_key = random_key();
  auto status = batch.Put(column, slice(meta::format), slice(format_text));
  if (status.ok()) status = batch.Put(column, slice(meta::log_id), random_uuid());
  if (status.ok()) status = batch.Put(column, slice(meta::person_key), slice(view(person_key)));
  if (status.ok()) status = batch.Put(column, slice(meta::head), encode_head({}));
  if (status.ok()) status = batch.Put(column, slice(meta::quarantined), sequence_key(0));
  if (status.ok()) status = database.write(batch);
  if (!status.ok()) return to_error(status, "create the log");
  return {};
}

Contents classify(const std::vector<std::string>& names) {
  const auto has = [&names](std::string_view name) { return std::ranges::find(names, name) != names.end(); };
  const bool witnessed = has(witness_name);
  if (has(unfinished_name) && !witnessed) return Contents::unfinished;  // nothing was ever acknowledged
  if (has("CURRENT")) return Contents::log;
  if (witnessed) return Contents::broken_log;
  const bool ours_only = std::ranges::all_of(names, [](const std::string& name) {
    return name == "control.sock" || name == "checkpoints" ||
           name == "lost+found";  // a disk of its own is an empty directory, too
  });
  return ours_only ? Contents::nothing : Contents::something_else;
}

Result<Opened> open_log(const LogOptions& options, Disk& disk,
                        std::shared_ptr<rocksdb::EventListener> listener) {
  Opened opened;
  CALSYNC_TRY(lock, "enter", enter(options, disk));
  opened.lock = std::move(lock);
  CALSYNC_TRY(create, "prepare", prepare(options, disk));
  std::optional<Witness> witness;
  if (!create) {  // before RocksDB touches a file of what may be a newer format
    CALSYNC_TRY(found, "read witness", read_witness(disk, options.path));
    witness = std::move(found);
    CALSYNC_CHECK("look", look(options, disk, witness, opened));
  }
  if (options.read_only) return opened;
  CALSYNC_CHECK("open", open_for_writing(options, disk, witness, std::move(listener), opened));
  if (create) CALSYNC_CHECK("create log", finish_creation(disk, options.path));
  return opened;
}

}  // namespace calsync::store
