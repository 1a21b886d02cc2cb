// Backups of a log in a directory of their own, best on another disk: RocksDB's BackupEngine, tables shared
// between them by checksum, so that each one costs what is new. The keys of the seals go with them: whoever
// reads a backup reads the log.
// Owner:    EventLog makes them; the command line lists and restores.
// Blocks:   on both disks.
// Promises: what is not listed as verified may be partial; a kill at any moment leaves the earlier ones sound.
// Fails:    rejected (a directory that cannot be meant), foreign (another log's backups), conflict (somebody
//           else works in it), not_found, corrupt, disk_full, io, cancelled.
#pragma once
#include "state/store/event_log.hpp"

namespace calsync {

struct BackupOrder {
  std::filesystem::path directory;
  std::size_t keep = 24;                   // older ones go; at least 1
  std::function<void(double)> progress{};  // the share done, 0..1, now and then
  std::stop_token stop{};
};

struct BackupFacts {
  std::uint32_t id = 0;
  Instant taken;
  LogId log;
  LogHead head;             // where the log ends in it
  std::uint64_t bytes = 0;  // of all its files, shared ones too
  bool verified = false;    // every file was read back after it was made
};

// Ascending by id. Fails: not_found, where there are none.
Result<std::vector<BackupFacts>> list_backups(const std::filesystem::path& directory);

// nullopt: the newest verified one. Fails: not_found.
Result<BackupFacts> choose_backup(const std::filesystem::path& from, std::optional<std::uint32_t> id);

struct RestoreOrder {
  std::filesystem::path from;       // directory of the backups
  std::optional<std::uint32_t> id;  // as choose_backup() takes it
  std::filesystem::path to;         // log.path: missing, empty, or left by a restore that was cut short
  std::function<void(double)> progress{};
};
// Reads every file of the backup back first. The log that comes of it carries the note below.
Result<BackupFacts> restore_backup(const RestoreOrder& order, Clock& clock);

// A log with this note lacks what came after its backup: nothing of it is read into events or published before
// `calsync log rejoin` has compared it with Kafka (DESIGN §12.5).
inline constexpr const char* restored_note = "restored";
struct RestoredNote {
  std::uint32_t backup = 0;
  RawSequence raw;  // where the log ended then
  EventSequence event;
  Instant at;
};
Result<std::optional<RestoredNote>> restored(const EventLog& log);  // nullopt: not, or rejoined since

}  // namespace calsync
