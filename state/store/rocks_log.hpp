// EventLog over RocksDB: joins database, writer, witness and readers. Its parts: rocks_log.cpp (life,
// writing), rocks_log_read.cpp (reading), rocks_log_commit.cpp (what the normaliser made), rocks_log_care.cpp
// (rebuild), rocks_log_erase.cpp (forget), rocks_log_trim.cpp (retention), verify.cpp.
#pragma once
#include "state/store/backup.hpp"
#include "state/store/cut.hpp"
#include "state/store/database.hpp"
#include "state/store/event_log.hpp"
#include "state/store/head_witness.hpp"
#include "state/store/open_log.hpp"
#include "state/store/records.hpp"
#include "state/store/store_probe.hpp"
#include "state/store/writer.hpp"

#include <atomic>
#include <shared_mutex>

namespace calsync::store {

// RocksDB's own threads tell here what failed behind our back (flush, compaction).
class BackgroundErrors final : public rocksdb::EventListener {
 public:
  void OnBackgroundError(rocksdb::BackgroundErrorReason reason, rocksdb::Status* status) override;
  void tell(std::function<void(Error)> on_error);

 private:
  std::mutex mutex_;
  std::function<void(Error)> on_error_;  // guarded by mutex_
  std::optional<Error> early_;           // guarded by mutex_; before tell()
};

class RocksLog final : public EventLog {
 public:
  RocksLog(LogOptions options, std::unique_ptr<Disk> own_disk, Disk& disk, MetricRegistry& metrics,
           Opened opened, std::shared_ptr<BackgroundErrors> background, Drive drive = Drive::own_thread);
  ~RocksLog() override;
  RocksLog(const RocksLog&) = delete;
  RocksLog& operator=(const RocksLog&) = delete;

  // By hand, while the log is open for writing: what its threads would do now.
  bool write_group() { return writer_->turn(); }  // false: nothing waits
  void write_witness_if_moved() { witness_->turn(); }

  [[nodiscard]] const LogId& id() const override { return id_; }
  [[nodiscard]] LogHead head() const override;

  void append(RawDelivery delivery, OnAppended done) override;
  Result<void> commit(Projection projection) override;
  Result<void> set_note(std::string_view name, std::string_view value) override;
  [[nodiscard]] Result<std::optional<std::string>> note(std::string_view name) const override;
  [[nodiscard]] std::optional<Error> failed() const override;
  [[nodiscard]] bool disk_full() const override;
  void close() override;
  Result<void> checkpoint(const std::filesystem::path& directory) override;
  Result<void> copy_to(const std::filesystem::path& directory);
  Result<BackupFacts> backup(const BackupOrder& order) override;

  [[nodiscard]] LogCut cut() const override;
  [[nodiscard]] Result<RawRecord> raw(RawSequence sequence) const override;
  [[nodiscard]] Result<StoredEvent> event(EventSequence sequence) const override;
  [[nodiscard]] Result<std::vector<RawRecord>> read_raw(RawSequence first, std::size_t count,
                                                        std::size_t bytes) const override;
  [[nodiscard]] Result<std::vector<StoredEvent>> read_events(EventSequence first, std::size_t count,
                                                             std::size_t bytes) const override;
  [[nodiscard]] Result<std::optional<RecordSummary>> summary(RawSequence sequence) const override;
  [[nodiscard]] Result<std::vector<QuarantineEntry>> quarantine(RawSequence after,
                                                                std::size_t count) const override;
  [[nodiscard]] std::uint64_t quarantine_size() const override;
  [[nodiscard]] Result<std::vector<RawSequence>> records_of(std::string_view email) const override;
  [[nodiscard]] std::unique_ptr<ViewSource> views() const override;
  [[nodiscard]] std::unique_ptr<ViewSource> views_at_cut() const override;

  bool wait_for_raw(RawSequence beyond, std::stop_token stop, std::chrono::milliseconds limit) override;
  bool wait_for_event(EventSequence beyond, std::stop_token stop, std::chrono::milliseconds limit) override;

  [[nodiscard]] Result<Digest> hash_as_stored(const EventRecord& event,
                                              const Digest& previous) const override;
  [[nodiscard]] Result<std::optional<EventRecord>> erased_event(EventSequence sequence) const override;
  Result<void> expect_events(const std::vector<std::pair<EventSequence, Digest>>& told) override;
  Result<void> erase(const MakeErasure& make) override;
  Result<void> drive_out_erased(const std::stop_token& stop) override;
  [[nodiscard]] std::uint64_t erasures() const override { return erasures_; }
  [[nodiscard]] Result<std::optional<ViewTable::Changes>> left_of(RawSequence sequence) const override;
  [[nodiscard]] std::string person_tag(std::string_view email) const override;
  [[nodiscard]] Result<VerifyReport> verify(const std::function<void(double)>& progress) const override;
  Result<void> clear_projection(std::string_view note, std::string_view value) override;
  Result<void> fill_views() override;
  Result<void> trim(Trim trim) override;
  Result<void> drive_out_trimmed() override;

 private:
  struct Walk;
  template <class Record, class Sequence, class Decode>
  Result<std::vector<Record>> read_range(Column column, char key_kind, Sequence first, Sequence last,
                                         std::size_t count, std::size_t bytes, Decode decode) const;
  [[nodiscard]] Result<CutRow> cut_after(const Trim& trim) const;
  Result<void> commit_cut(const CutRow& after, Ride ride);
  [[nodiscard]] LogCut going() const;
  [[nodiscard]] Result<Ride> ride_of(const Erasure& erasure, CutRow& after) const;
  Result<void> add_erased_records(const Erasure& erasure, const LogCut& from, Ride& ride) const;
  Result<void> wait_for_old_snapshots(const std::stop_token& stop) const;
  [[nodiscard]] Result<bool> is_there(RawSequence sequence, const LogCut& from) const;
  [[nodiscard]] Error read_only_error() const;
  Result<void> flush_all();
  Result<void> add_events(const Projection& projection, LogHead& head, std::vector<Change>& changes) const;
  Result<std::uint64_t> add_summaries(const Projection& projection, std::vector<Change>& changes) const;
  [[nodiscard]] Result<std::uint64_t> quarantined_upto(RawSequence last) const;
  Result<void> add_version(const Projection& projection, std::vector<Change>& changes) const;
  [[nodiscard]] std::string person_prefix(HmacKey& key, std::string_view email) const;
  [[nodiscard]] Result<void> open_or_cancelled() const;

  const LogOptions options_;
  const std::unique_ptr<Disk> own_disk_;  // nullptr where the caller brought one
  Disk& disk_;
  StoreProbe probe_;
  const LogId id_;
  const std::string person_key_;
  std::shared_ptr<BackgroundErrors> background_;
  Heads heads_;
  CutRow cut_;               // guarded by heads_.mutex; changed under commit_mutex_
  LogCut going_;             // guarded by heads_.mutex; the cut that is being made, else as cut_
  std::mutex commit_mutex_;  // one commit, clearing or erasure at a time: they follow the event head
  std::mutex backup_mutex_;
  std::atomic<bool> closed_{false};
  std::atomic<std::uint64_t> erasures_{0};  // changed under commit_mutex_
  std::atomic<bool> erased_{false};         // somebody was forgotten: left_of() has rows
  DirectoryLock lock_;                      // before the database: given up after it
  std::unique_ptr<WitnessKeeper> witness_;  // outlives the database, which asks it; absent where read_only
  std::unique_ptr<Database> database_;
  std::unique_ptr<Reserve> reserve_;  // the writer's
  std::unique_ptr<Writer> writer_;
  std::unique_ptr<TableChecker> tables_;  // uses all of the above
};

}  // namespace calsync::store
