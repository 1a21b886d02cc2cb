// A restored log is made in `restoring/` inside log.path, opened there (so it passes every check of a start),
// marked, and moved up; the head witness comes last. Cut short at any point it is refused by every open, and
// by nobody taken for a log: the next restore clears it away and begins again.
#include "state/store/backup_folder.hpp"
#include "state/store/head_witness.hpp"

#include <algorithm>
#include <sstream>
#include <system_error>

namespace calsync {
namespace store {
namespace {

namespace fs = std::filesystem;
constexpr const char* staging_name = "restoring";

Error cannot_restore(const fs::path& directory, const std::string& why) {
  return Error{Errc::rejected, "cannot restore into " + directory.string() + ": " + why};
}

bool stays(const std::string& name) {
  return name == "control.sock" || name == "lost+found";
}

Result<std::vector<std::string>> entries_of(const fs::path& directory) {
  std::error_code failed;
  std::vector<std::string> names;
  for (fs::directory_iterator at(directory, failed), end; !failed && at != end; at.increment(failed))
    names.push_back(at->path().filename().string());
  if (failed) return cannot_restore(directory, failed.message());
  std::ranges::sort(names);
  return names;
}

Result<void> check_place(const fs::path& to, const std::vector<std::string>& names) {
  const auto has = [&](const char* name) { return std::ranges::binary_search(names, std::string(name)); };
  if (has(staging_name) && !has(witness_name)) return {};  // ours, cut short
  const bool empty =
      std::ranges::all_of(names, [](const std::string& n) { return stays(n) || n == "checkpoints"; });
  if (empty) return {};
  return cannot_restore(
      to, has("CURRENT") || has(witness_name)
              ? "it holds a log: move that away first (never delete it: it may hold what no backup has)"
              : "it is not empty: set log.path to an empty or new directory");
}

Result<void> make_place(const fs::path& to) {
  std::error_code failed;
  fs::create_directories(fs::absolute(to).parent_path(), failed);
  if (!failed && fs::create_directory(to, failed)) fs::permissions(to, fs::perms::owner_all, failed);
  if (failed) return cannot_restore(to, failed.message() + ": make it writable for this user");
  if (!fs::is_directory(to, failed)) return cannot_restore(to, "it is no directory");
  return {};
}

Result<void> make_staging(const fs::path& to, const std::vector<std::string>& names) {
  std::error_code failed;
  // `restoring` last: it is what says that the rest is ours to remove.
  for (const std::string& name : names)
    if (!stays(name) && name != staging_name && !failed) fs::remove_all(to / name, failed);
  if (!failed) fs::remove_all(to / staging_name, failed);
  if (!failed) fs::create_directory(to / staging_name, failed);
  if (!failed) fs::permissions(to / staging_name, fs::perms::owner_all, failed);
  if (failed) return cannot_restore(to, failed.message());
  return {};
}

Result<void> sync_folder(rocksdb::Env& env, const fs::path& directory) {
  std::unique_ptr<rocksdb::Directory> folder;
  auto status = env.NewDirectory(directory, &folder);
  if (status.ok()) status = folder->Fsync();
  if (!status.ok()) return backup_error(status, "sync " + directory.string());
  return {};
}

struct Engine {
  std::unique_ptr<rocksdb::Env> env = private_env();
  std::unique_ptr<rocksdb::BackupEngineReadOnly> engine;
};

Result<Engine> open_engine(const fs::path& directory) {
  std::error_code failed;
  if (!fs::is_directory(directory / "meta", failed))
    return Error{failed.value() == EACCES ? Errc::unauthorised : Errc::not_found,
                 "there are no backups in " + directory.string() +
                     (failed && failed.value() != ENOENT ? ": " + failed.message() : "") +
                     ": name the directory that log.backup.path named"};
  Engine out;
  rocksdb::BackupEngineOptions options(directory);
  options.share_files_with_checksum = true;
  rocksdb::BackupEngineReadOnly* engine = nullptr;
  const auto status = rocksdb::BackupEngineReadOnly::Open(options, out.env.get(), &engine);
  out.engine.reset(engine);
  if (!status.ok()) return backup_error(status, "open the backups in " + directory.string());
  return out;
}

Result<std::vector<BackupFacts>> list_in(const Engine& engine, const fs::path& directory) {
  std::vector<rocksdb::BackupInfo> infos;
  engine.engine->GetBackupInfo(&infos);
  if (infos.empty())
    return Error{Errc::not_found, "there is no whole backup in " + directory.string() +
                                      ": name the directory that log.backup.path named"};
  return facts_of(infos, directory);
}

std::string encode_note(const RestoredNote& note) {
  return "1 " + std::to_string(note.backup) + " " + std::to_string(note.raw.value()) + " " +
         std::to_string(note.event.value()) + " " + std::to_string(note.at.time_since_epoch().count());
}

// Through the front door: what open() refuses is refused here, too.
Result<void> open_and_mark(const fs::path& staging, const BackupFacts& facts, Clock& clock) {
  MetricRegistry metrics;
  CALSYNC_TRY(log, "open the restored log", EventLog::open({.path = staging, .create = false}, metrics));
  if (log->id() != facts.log || log->head().raw != facts.head.raw || log->head().event != facts.head.event)
    return Error{Errc::corrupt, "backup " + std::to_string(facts.id) +
                                    " does not hold what it says: restore an older one (--backup ID)"};
  const RestoredNote note{facts.id, facts.head.raw, facts.head.event, clock.wall()};
  CALSYNC_CHECK("mark the restored log", log->set_note(restored_note, encode_note(note)));
  log->close();
  return {};
}

Result<void> move_up(rocksdb::Env& env, const fs::path& to) {
  const fs::path staging = to / staging_name;
  CALSYNC_TRY(names, "restore", entries_of(staging));
  std::error_code failed;
  for (const std::string& name : names)
    if (name != witness_name && !failed) fs::rename(staging / name, to / name, failed);
  if (failed) return cannot_restore(to, failed.message());
  CALSYNC_CHECK("restore", sync_folder(env, to));
  fs::rename(staging / witness_name, to / witness_name, failed);
  if (!failed) fs::remove(staging, failed);
  if (failed) return cannot_restore(to, failed.message());
  return sync_folder(env, to);
}

Result<void> read_back(const Engine& engine, const BackupFacts& facts, const fs::path& from) {
  const auto status = engine.engine->VerifyBackup(facts.id, true);
  if (status.ok()) return {};
  return Error{Errc::corrupt, "backup " + std::to_string(facts.id) + " in " + from.string() +
                                  " is damaged (" + status.ToString() +
                                  "): restore an older one with --backup ID"};
}

}  // namespace
}  // namespace store

Result<std::vector<BackupFacts>> list_backups(const std::filesystem::path& directory) {
  CALSYNC_TRY(engine, "backups", store::open_engine(directory));
  return store::list_in(engine, directory);
}

Result<BackupFacts> choose_backup(const std::filesystem::path& from, std::optional<std::uint32_t> id) {
  CALSYNC_TRY(all, "backups", list_backups(from));
  if (!id) {
    const auto found = std::ranges::find_if(all.rbegin(), all.rend(), &BackupFacts::verified);
    if (found != all.rend()) return *found;
    return Error{Errc::not_found, "no backup in " + from.string() +
                                      " was ever read back after it was made: name one with --backup ID"};
  }
  const auto found = std::ranges::find(all, *id, &BackupFacts::id);
  if (found != all.end()) return *found;
  return Error{Errc::not_found, "there is no backup " + std::to_string(*id) + " in " + from.string() +
                                    ": `calsync log backup --list` shows them"};
}

Result<BackupFacts> restore_backup(const RestoreOrder& order, Clock& clock) {
  const auto tell = [&](double share) {
    if (order.progress) order.progress(share);
  };
  CALSYNC_TRY(engine, "restore", store::open_engine(order.from));
  CALSYNC_TRY(facts, "restore", choose_backup(order.from, order.id));
  CALSYNC_CHECK("restore", store::make_place(order.to));
  CALSYNC_TRY(lock, "restore", store::DirectoryLock::take(order.to));
  CALSYNC_TRY(names, "restore", store::entries_of(order.to));
  CALSYNC_CHECK("restore", store::check_place(order.to, names));
  CALSYNC_CHECK("verify", store::read_back(engine, facts, order.from));
  tell(0.4);
  CALSYNC_CHECK("restore", store::make_staging(order.to, names));
  const auto staging = order.to / store::staging_name;
  const auto status = engine.engine->RestoreDBFromBackup(facts.id, staging, staging);
  if (!status.ok()) return store::backup_error(status, "restore into " + order.to.string());
  tell(0.8);
  Disk disk;
  CALSYNC_CHECK("restore", store::write_witness(disk, staging, {facts.head}));
  CALSYNC_CHECK("restore", store::open_and_mark(staging, facts, clock));
  CALSYNC_CHECK("restore", store::move_up(*engine.env, order.to));
  tell(1);
  return facts;
}

Result<std::optional<RestoredNote>> restored(const EventLog& log) {
  CALSYNC_TRY(text, "read note", log.note(restored_note));
  if (!text) return std::optional<RestoredNote>{};
  std::istringstream in(*text);
  int format = 0;
  std::uint64_t backup = 0, raw = 0, event = 0;
  std::int64_t at = 0;
  if (!(in >> format >> backup >> raw >> event >> at) || format != 1)
    return Error{Errc::foreign, "the note of a restore cannot be read: use the newer calsync that wrote it"};
  return std::optional(RestoredNote{static_cast<std::uint32_t>(backup), RawSequence{raw},
                                    EventSequence{event}, Instant{std::chrono::milliseconds{at}}});
}

}  // namespace calsync
