#include "state/store/backup_folder.hpp"

#include "state/store/disk.hpp"

#include <algorithm>
#include <system_error>

namespace calsync::store {
namespace {

namespace fs = std::filesystem;
constexpr const char* verified_folder = "verified";

fs::path resolved(const fs::path& path) {
  std::error_code failed;
  fs::path out = fs::weakly_canonical(fs::absolute(path), failed);
  if (failed) out = fs::absolute(path).lexically_normal();
  return out.has_filename() ? out : out.parent_path();
}

bool inside(const fs::path& inner, const fs::path& outer) {
  return std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first == outer.end();
}

Error unfit(const fs::path& directory, const std::string& why) {
  return Error{Errc::rejected, "backups cannot go to " + directory.string() + ": " + why};
}

constexpr const char* writable_cure =
    ": make it writable for the daemon's user (under systemd also name it in ReadWritePaths= of the unit), "
    "or "
    "set log.backup.path";

// Only the last part is made: a whole path that is missing is a disk that is not mounted, or a slip of the pen.
Result<void> make_folder(const fs::path& directory) {
  std::error_code failed;
  const auto kind = fs::status(directory, failed).type();
  if (kind == fs::file_type::directory) return {};
  if (kind != fs::file_type::not_found)
    return unfit(directory, kind == fs::file_type::regular ? "it is a file: name a directory"
                                                           : "it is no directory: name one");
  if (!fs::is_directory(directory.parent_path(), failed))
    return unfit(directory, directory.parent_path().string() +
                                " does not exist: mount that disk, or make the directory first");
  if (!fs::create_directory(directory, failed) || failed)
    return unfit(directory, failed.message() + writable_cure);
  fs::permissions(directory, fs::perms::owner_all, failed);
  return {};
}

Result<void> check_contents(const fs::path& directory) {
  std::error_code failed;
  bool ours = false, others = false;
  for (fs::directory_iterator at(directory, failed), end; !failed && at != end; at.increment(failed)) {
    const std::string name = at->path().filename().string();
    ours = ours || name == "meta";
    others = others || name != "lost+found";
  }
  if (failed) return unfit(directory, failed.message() + writable_cure);
  if (others && !ours)
    return unfit(directory, "it is not empty and holds no backups: name an empty or new directory");
  return {};
}

fs::path mark_of(const fs::path& directory, std::uint32_t id) {
  return directory / verified_folder / std::to_string(id);
}

Result<void> mark_verified(rocksdb::Env& env, const fs::path& directory, std::uint32_t id) {
  const fs::path folder = directory / verified_folder;
  auto status = env.CreateDirIfMissing(folder);
  if (status.ok()) status = rocksdb::WriteStringToFile(&env, "verified\n", mark_of(directory, id), true);
  std::unique_ptr<rocksdb::Directory> synced;
  if (status.ok()) status = env.NewDirectory(folder, &synced);
  if (status.ok()) status = synced->Fsync();
  if (!status.ok()) return backup_error(status, "note that the backup is good");
  return {};
}

}  // namespace

Error backup_error(const rocksdb::Status& status, const std::string& doing) {
  if (status.IsIncomplete()) return Error{Errc::cancelled, doing + ": stopped"};
  Error error = to_error(status, doing);
  if (status.IsNoSpace()) error.code = Errc::disk_full;
  if (error.code == Errc::disk_full) error.what = doing + ": no room on that disk: free space there";
  return error;
}

std::unique_ptr<rocksdb::Env> private_env() {
  return rocksdb::NewCompositeEnv(private_files());
}

Result<std::vector<BackupFacts>> facts_of(const std::vector<rocksdb::BackupInfo>& infos,
                                          const fs::path& directory) {
  std::vector<BackupFacts> out;
  for (const rocksdb::BackupInfo& info : infos) {
    CALSYNC_TRY(facts, "backup " + std::to_string(info.backup_id), read_backup_label(info.app_metadata));
    facts.id = info.backup_id;
    facts.taken = Instant{std::chrono::seconds{info.timestamp}};
    facts.bytes = info.size;
    std::error_code failed;
    facts.verified = fs::exists(mark_of(directory, facts.id), failed);
    out.push_back(std::move(facts));
  }
  std::ranges::sort(out, {}, &BackupFacts::id);
  return out;
}

Result<BackupFolder> BackupFolder::enter(const fs::path& directory, const fs::path& log_path,
                                         const LogId& log) {
  BackupFolder folder;
  folder.directory_ = resolved(directory);
  folder.log_ = log;
  const fs::path log_directory = resolved(log_path);
  if (inside(folder.directory_, log_directory))
    return unfit(directory, "it lies in the log's own directory: set log.backup.path to another disk");
  if (inside(log_directory, folder.directory_))
    return unfit(directory, "the log lies in it: set log.backup.path to a directory of its own");
  CALSYNC_CHECK("backup directory", make_folder(folder.directory_));
  auto lock = DirectoryLock::take(folder.directory_);
  if (!lock && lock.error().code == Errc::conflict)
    return Error{Errc::conflict, "another process works on the backups in " + directory.string()};
  if (!lock) return unfit(directory, lock.error().what + writable_cure);
  folder.lock_ = std::move(*lock);
  CALSYNC_CHECK("backup directory", check_contents(folder.directory_));
  folder.env_ = private_env();
  rocksdb::BackupEngineOptions options(folder.directory_);
  options.share_files_with_checksum = true;
  options.sync = true;
  rocksdb::BackupEngine* engine = nullptr;
  const auto status = rocksdb::BackupEngine::Open(options, folder.env_.get(), &engine);
  folder.engine_.reset(engine);
  if (!status.ok()) {
    Error error = backup_error(status, "open the backups in " + directory.string());
    if (error.code != Errc::disk_full) error.what += writable_cure;
    return error;
  }
  CALSYNC_CHECK("backup directory", folder.check_owner());
  return folder;
}

Result<void> BackupFolder::check_owner() const {
  std::vector<rocksdb::BackupInfo> infos;
  engine_->GetBackupInfo(&infos);
  CALSYNC_TRY(known, directory_.string(), facts_of(infos, directory_));
  if (known.empty() || known.back().log == log_) return {};
  return Error{Errc::foreign, directory_.string() + " holds backups of another log (" +
                                  known.back().log.value() + "): name a directory of this log's own"};
}

Result<std::uint32_t> BackupFolder::create(Database& copy, const LogHead& head, const BackupOrder& order) {
  constexpr double flushed = 0.05, copied = 0.6;
  std::uint64_t live = 1;
  copy.raw().GetAggregatedIntProperty(rocksdb::DB::Properties::kLiveSstFilesSize, &live);
  rocksdb::CreateBackupOptions options;
  options.flush_before_backup = false;  // the copy's source was flushed
  std::uint64_t written = 0;
  options.progress_callback = [&] {
    written += 4U << 20U;  // BackupEngineOptions::callback_trigger_interval_size
    const double share = static_cast<double>(written) / static_cast<double>(std::max(live, written));
    if (order.progress) order.progress(flushed + (copied - flushed) * share);
  };
  const std::stop_callback on_stop(order.stop, [this] { engine_->StopBackup(); });
  rocksdb::BackupID id = 0;
  const auto status =
      engine_->CreateNewBackupWithMetadata(options, &copy.raw(), backup_label(log_, head), &id);
  if (!status.ok()) return backup_error(status, "write a backup to " + directory_.string());
  if (order.progress) order.progress(copied);
  return id;
}

Result<void> BackupFolder::verify(std::uint32_t id) {
  auto status = engine_->VerifyBackup(id, true);
  if (status.ok()) return mark_verified(*env_, directory_, id);
  Error bad{Errc::corrupt, "backup " + std::to_string(id) + " in " + directory_.string() +
                               " does not read back as it was written (" + status.ToString() +
                               "): it was deleted; check that disk"};
  status = engine_->DeleteBackup(id);
  if (!status.ok()) bad.what += "; deleting it failed, too: " + status.ToString();
  return bad;
}

// What cannot be deleted now is tried again after the next backup.
void BackupFolder::remove_old(std::size_t keep) {
  const auto purged = engine_->PurgeOldBackups(static_cast<std::uint32_t>(std::max<std::size_t>(keep, 1)));
  purged.PermitUncheckedError();
  std::vector<rocksdb::BackupInfo> infos;
  engine_->GetBackupInfo(&infos);
  std::error_code failed;
  std::vector<fs::path> stale;
  for (fs::directory_iterator at(directory_ / verified_folder, failed), end; !failed && at != end;
       at.increment(failed)) {
    const bool there = std::ranges::any_of(infos, [&](const rocksdb::BackupInfo& info) {
      return std::to_string(info.backup_id) == at->path().filename();
    });
    if (!there) stale.push_back(at->path());
  }
  for (const fs::path& mark : stale) fs::remove(mark, failed);
}

Result<BackupFacts> BackupFolder::add(Database& copy, const LogHead& head, const BackupOrder& order) {
  CALSYNC_TRY(id, "backup", create(copy, head, order));
  CALSYNC_CHECK("backup", verify(id));
  remove_old(order.keep);
  rocksdb::BackupInfo info;
  const auto status = engine_->GetBackupInfo(id, &info);
  if (!status.ok()) return backup_error(status, "read the new backup");
  CALSYNC_TRY(facts, "backup", facts_of({info}, directory_));
  if (order.progress) order.progress(1);
  return std::move(facts.front());
}

}  // namespace calsync::store
