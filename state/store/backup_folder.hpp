// The directory of the backups: BackupEngine's files, and `verified/ID` for each backup that was read back.
#pragma once
#include "state/store/backup.hpp"
#include "state/store/database.hpp"
#include "state/store/directory_lock.hpp"

#include <rocksdb/utilities/backup_engine.h>

namespace calsync::store {

// What is written beside the files of a backup: enough to make the head witness anew.
std::string backup_label(const LogId& log, const LogHead& head);
Result<BackupFacts> read_backup_label(std::string_view label);  // log and head; fails: corrupt, foreign

class BackupFolder {
 public:
  // Makes the directory where only its last part is missing, and takes its lock.
  // Fails: rejected, for one that lies in the log's (or around it), or holds something else; foreign.
  static Result<BackupFolder> enter(const std::filesystem::path& directory,
                                    const std::filesystem::path& log_path, const LogId& log);
  // One backup more, read back; then the oldest ones go.
  Result<BackupFacts> add(Database& copy, const LogHead& head, const BackupOrder& order);

 private:
  Result<void> check_owner() const;
  Result<std::uint32_t> create(Database& copy, const LogHead& head, const BackupOrder& order);
  Result<void> verify(std::uint32_t id);
  void remove_old(std::size_t keep);

  std::filesystem::path directory_;
  LogId log_;
  DirectoryLock lock_;
  std::unique_ptr<rocksdb::Env> env_;  // outlives the engine
  std::unique_ptr<rocksdb::BackupEngine> engine_;
};

std::unique_ptr<rocksdb::Env> private_env();  // new files are their owner's alone
Error backup_error(const rocksdb::Status& status, const std::string& doing);
Result<std::vector<BackupFacts>> facts_of(const std::vector<rocksdb::BackupInfo>& infos,
                                          const std::filesystem::path& directory);

}  // namespace calsync::store
