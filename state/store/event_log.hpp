// The log: raw records, domain events, views, quarantine and notes in one RocksDB database with one WAL.
// Owner:    App (or the command line, where no daemon runs); opened first, closed last.
// Runs on:  append() and the readers: any thread. One writer thread of its own does every write.
// Blocks:   append() never; append_and_wait(), commit(), set_note() until the disk has it; readers read the
//           disk.
// Promises: when an append completes with a sequence, the record survives kill -9 and a power cut (one synced
//           batch holds record, key and dedup row); sequences have no gaps, only grow, are never given twice
//           (P1, P3).
// Fails:    corrupt, foreign: refuses to open (exit 78). disk_full, io: the call failed, nothing half-written.
//           unavailable: the queue is full (4,096 entries or 32 MiB), try again.
#pragma once
#include "state/base/metric.hpp"
#include "state/events/event_record.hpp"
#include "state/events/raw_delivery.hpp"
#include "state/views/normalise.hpp"

#include <filesystem>
#include <functional>
#include <stop_token>

namespace calsync {

struct Appended {
  RawSequence sequence;
  bool duplicate = false;  // these bytes are in the log already, at `sequence`
};

struct LogHead {  // 0 and a zero hash: empty
  RawSequence raw;
  EventSequence event;
  RawSequence normalised;  // the last raw record that the normaliser has read
  Digest raw_hash{};
  Digest event_hash{};
};

// Where the log begins: what came before was trimmed (log.retention). All 0: with its first record.
struct LogCut {
  RawSequence raw;      // the records up to here are gone, but for those in quarantine
  EventSequence event;  // and the events up to here: those that were made of them
  Digest raw_hash{};    // of those two: what the chains go on from
  Digest event_hash{};
  Instant received;  // when `raw` had come
  Instant trimmed;
  std::uint32_t normaliser_version = 0;  // that made the snapshot of the views
};

// One step of retention: the records beyond the cut, up to `upto`, go. Only what is normalised, and published
// where it is to be: the caller knows that.
struct Trim {
  RawSequence upto;
  EventSequence event;                // the last one made of records up to `upto`
  ViewTable::Changes views;           // from views_at_cut() to the views as of `upto`
  std::vector<RawSequence> kept;      // of these records, those in quarantine as of `upto`
  std::vector<RawSequence> released;  // kept before, and as of `upto` no longer in quarantine
  std::vector<std::pair<RawSequence, std::string>> people;  // rows of the person index that go
  std::uint64_t webhooks = 0;  // of these records; their replay defence stays (P6)
  Instant at;
  std::uint64_t erasures = 0;  // EventLog::erasures() before the views were read that it was made on
};

// All that the normaliser made of the raw records up to `upto`: goes down in one synced batch.
struct Projection {
  RawSequence upto;
  std::vector<EventRecord> events;  // sequences follow the head without a gap
  ViewTable::Changes views;
  // One per raw record read; a retry adds its target's.
  std::vector<std::pair<RawSequence, RecordSummary>> summaries;
  // Of those, the ones that only asked for another record: never in quarantine.
  std::vector<RawSequence> retries;
  bool again = false;          // part of a rebuild: which version reads these records is noted already
  std::uint64_t erasures = 0;  // EventLog::erasures() before the views were read that it was made on
};

// A person forgotten (DESIGN §12.5): whose content goes, and what is left in the views instead. All as of `upto`.
struct Erasure {
  RawSequence upto;                   // head().normalised
  RawSequence cut;                    // cut().raw
  std::vector<RawSequence> raw;       // bodies that go, ascending; their summaries say `erased`
  std::vector<EventSequence> events;  // values that go, ascending
  // What reading each of these records leaves in the views from now on; a rebuild puts it there.
  std::vector<std::pair<RawSequence, ViewTable::Changes>> left;
  ViewTable::Changes views;   // of the views as they are
  ViewTable::Changes at_cut;  // of views_at_cut()
  std::string email;          // its rows of the person index go, too
  std::string note, value;    // set in the same batch (set_note)
};

struct QuarantineEntry {
  RawSequence sequence;
  std::string reason;
  std::uint32_t normaliser_version = 0;
};

struct Disk;
struct BackupOrder;  // backup.hpp
struct BackupFacts;

struct LogOptions {
  std::filesystem::path path;
  bool create = true;      // false: a missing log is an error (not_found)
  bool read_only = false;  // a checkpoint, or a directory that nobody writes; append and commit then fail
  // What is in memory and in the WAL only, before tables are written; the WALs have twice as much. Less on a
  // small disk.
  std::uint64_t write_buffer_bytes = std::uint64_t{32} << 20U;
  // Of the newest tables, this much is read whole before open() returns; the others soon after, in the background.
  std::uint64_t tables_checked_at_open = std::uint64_t{64} << 20U;
  // Room that is held for what is under way when the disk is full; at most a twentieth of the file system.
  std::uint64_t reserve_bytes = 0;
  Disk* disk = nullptr;  // tests inject faults here (disk.hpp); nullptr: the machine's own file system
  // Called once, from any thread, when the log stops for good (corrupt, io): the process should end.
  std::function<void(Error)> on_failed{};
};

class EventLog {
 public:
  // Fails: conflict (another process has it), corrupt, foreign (not a calsync log, newer format), io,
  // not_found. `what` then says what, where and how to restore, in one line.
  static Result<std::unique_ptr<EventLog>> open(const LogOptions& options, MetricRegistry& metrics);
  virtual ~EventLog() = default;

  [[nodiscard]] virtual const LogId& id() const = 0;
  [[nodiscard]] virtual LogHead head() const = 0;  // any thread, cheap

  // --- writing ---
  // Called once, on the writer thread, or at once by append() itself where it refuses; must not block.
  using OnAppended = std::function<void(Result<Appended>)>;
  virtual void append(RawDelivery delivery, OnAppended done) = 0;
  Result<Appended> append_and_wait(RawDelivery delivery);
  // Fails: conflict, where it does not follow the head, or somebody was forgotten since its views were read.
  virtual Result<void> commit(Projection projection) = 0;
  [[nodiscard]] virtual std::uint64_t erasures() const { return 0; }  // since the log was opened
  // Small named values of other rooms (the publisher's claim): synced before it returns.
  // An empty value removes it.
  virtual Result<void> set_note(std::string_view name, std::string_view value) = 0;
  [[nodiscard]] virtual Result<std::optional<std::string>> note(std::string_view name) const = 0;
  // Set once the disk gave an error other than "full": nothing is acknowledged any more until a restart.
  [[nodiscard]] virtual std::optional<Error> failed() const = 0;
  // The disk has no room: appends are refused, and taken again once there is some. Known as of the last
  // write.
  [[nodiscard]] virtual bool disk_full() const = 0;
  // Pending appends are completed, the head witness is written, the database is closed. Later calls fail:
  // cancelled.
  virtual void close() = 0;
  // A consistent copy by hard links, for a reader beside a running daemon. `directory` must not exist.
  virtual Result<void> checkpoint(const std::filesystem::path& directory) = 0;
  // As backup.hpp says. One at a time (conflict); appends go on meanwhile.
  virtual Result<BackupFacts> backup(const BackupOrder& order);

  // --- reading ---
  [[nodiscard]] virtual LogCut cut() const { return {}; }  // any thread, cheap
  // Fails: not_found (it says so where the record was trimmed), corrupt.
  [[nodiscard]] virtual Result<RawRecord> raw(RawSequence sequence) const = 0;
  [[nodiscard]] virtual Result<StoredEvent> event(EventSequence sequence) const = 0;
  // In the chain; also of the last event that was trimmed. Fails: not_found, corrupt.
  [[nodiscard]] Result<Digest> hash_of(EventSequence sequence) const;
  // From `first` on, at most `count` records and about `bytes` bytes; fewer at the end. Empty: nothing there
  // yet. What was trimmed is passed over: the first one may lie beyond `first`.
  [[nodiscard]] virtual Result<std::vector<RawRecord>> read_raw(RawSequence first, std::size_t count,
                                                                std::size_t bytes) const = 0;
  [[nodiscard]] virtual Result<std::vector<StoredEvent>> read_events(EventSequence first, std::size_t count,
                                                                     std::size_t bytes) const = 0;
  // nullopt: not read yet.
  [[nodiscard]] virtual Result<std::optional<RecordSummary>> summary(RawSequence sequence) const = 0;
  [[nodiscard]] virtual Result<std::vector<QuarantineEntry>> quarantine(RawSequence after,
                                                                        std::size_t count) const = 0;
  [[nodiscard]] virtual std::uint64_t quarantine_size() const = 0;
  // Raw sequences that mention this person (e-mail, any case), ascending.
  [[nodiscard]] virtual Result<std::vector<RawSequence>> records_of(std::string_view email) const = 0;
  [[nodiscard]] virtual std::unique_ptr<ViewSource> views() const = 0;  // the state as of head().normalised

  // The views as of cut(): what a rebuild starts from.
  [[nodiscard]] virtual std::unique_ptr<ViewSource> views_at_cut() const;

  // --- waiting; returns false when stopped or after `limit` ---
  virtual bool wait_for_raw(RawSequence beyond, std::stop_token stop, std::chrono::milliseconds limit) = 0;
  virtual bool wait_for_event(EventSequence beyond, std::stop_token stop,
                              std::chrono::milliseconds limit) = 0;

  // --- care ---
  // The hash that this event would have as the successor of `previous`, sealed under the key that its
  // sequence has: equal to the stored hash only where every stored byte is equal. An event that the log has
  // as erased keeps its sealed bytes: then only what stands in the open is compared. Fails: not_found, where
  // the sequence has no key.
  [[nodiscard]] virtual Result<Digest> hash_as_stored(const EventRecord& event,
                                                      const Digest& previous) const = 0;
  // What stands in the open of an event whose key was destroyed, also while the projection is cleared; else
  // nullopt.
  [[nodiscard]] virtual Result<std::optional<EventRecord>> erased_event(EventSequence sequence) const = 0;
  // What Kafka has and this log lacks: when events with these sequences come, they get these hashes, and stand
  // in the chain as Kafka knows it (`log rejoin`). Those that are there already are passed over.
  virtual Result<void> expect_events(const std::vector<std::pair<EventSequence, Digest>>& told);
  // Erases for good, in one synced batch: the keys of bodies and values are destroyed, hashes hold. `make` runs
  // while nothing else is committed, with head().normalised; it may read the log.
  // Fails: conflict, where it is not as of head().normalised and cut().
  using MakeErasure = std::function<Result<Erasure>(RawSequence normalised)>;
  virtual Result<void> erase(const MakeErasure& make) = 0;
  // Drives what was erased out of the files, once no reader sees the state of before any more: hold none meanwhile.
  // Takes long; appends go on. Fails: cancelled, where it was stopped; then it is to be done again.
  virtual Result<void> drive_out_erased(const std::stop_token& stop);
  // What an erasure left of this record's reading; nullopt: none touched it.
  [[nodiscard]] virtual Result<std::optional<ViewTable::Changes>> left_of(RawSequence sequence) const;
  // 16 bytes in hex: the same for the same address in this log, and of no use elsewhere.
  [[nodiscard]] virtual std::string person_tag(std::string_view email) const;
  // The new cut, in one synced batch: a kill leaves the old one or the new one. Fails: conflict, where it does
  // not follow the cut or goes beyond what is normalised.
  virtual Result<void> trim(Trim trim);
  // Drives what was trimmed, the keys first of all, out of the files. Takes long; appends go on meanwhile.
  virtual Result<void> drive_out_trimmed();
  struct VerifyReport {
    std::uint64_t raw_records = 0, events = 0, quarantined = 0, erased = 0;
    std::vector<std::string> damage;  // each: what and where; empty: sound
  };
  // Walks chain, seals, counts and checksums. `progress` is told the share done, 0..1, now and then.
  [[nodiscard]] virtual Result<VerifyReport> verify(const std::function<void(double)>& progress) const = 0;
  // Drops evt, views, summaries and quarantine, and sets the normaliser back to the start. The caller then
  // projects anew. Only for `log rebuild`; event keys are kept, so equal events get equal bytes. `note`
  // (name, value) is set in the same batch: it tells a later start that a rebuild was cut short.
  // Back to the cut, where there is one: fill_views() then comes before the first projection.
  virtual Result<void> clear_projection(std::string_view note = {}, std::string_view value = {}) = 0;
  // Makes the views what they were at the cut. Only after clear_projection(), while nothing is projected yet;
  // may be repeated.
  virtual Result<void> fill_views();

 protected:
  EventLog() = default;
};

}  // namespace calsync
