// Somebody is forgotten (DESIGN §12.5): keys destroyed, and what is left in the views, in one synced batch.
#include "state/store/change_rows.hpp"
#include "state/store/records.hpp"
#include "state/store/rocks_log.hpp"

#include <algorithm>

namespace calsync::store {
namespace {

const Change& now_format_erased() {
  static const Change row{Column::meta, std::string(meta::format), std::string(format_text_erased)};
  return row;
}

// Also a body that went with an earlier erasure.
std::string erased_summary() {
  RecordSummary summary;
  summary.outcome = RecordOutcome::erased;
  return encode_summary(summary);
}

}  // namespace

// Beyond the cut there are only records from quarantine, and those go whole: no chain needs them.
Result<void> RocksLog::add_erased_records(const Erasure& erasure, const LogCut& from, Ride& ride) const {
  std::uint64_t quarantined = quarantine_size();
  for (const RawSequence sequence : erasure.raw) {
    const std::string row = key_of(sequence);
    CALSYNC_TRY(held, "read quarantine", database_->get(Column::quarantine, row));
    if (held) {
      ride.changes.push_back({Column::quarantine, row, std::nullopt});
      --quarantined;
    }
    if (sequence <= from.raw) {
      ride.changes.push_back({Column::raw, row, std::nullopt});
      ride.changes.push_back({Column::keys, seal_key_of(sequence), std::nullopt});
      ride.changes.push_back({Column::summary, row, std::nullopt});
      continue;
    }
    ride.changes.push_back({Column::keys, seal_key_of(sequence), std::string(1, destroyed_mark)});
    if (sequence <= erasure.upto) ride.changes.push_back({Column::summary, row, erased_summary()});
  }
  if (quarantined != quarantine_size()) ride.quarantined = quarantined;
  return {};
}

Result<Ride> RocksLog::ride_of(const Erasure& erasure, CutRow& after) const {
  Ride ride;
  CALSYNC_CHECK("erase records", add_erased_records(erasure, after.cut, ride));
  for (const EventSequence sequence : erasure.events) {
    const std::string key = seal_key_of(sequence);
    CALSYNC_TRY(known, "read key", database_->get(Column::keys, key));
    if (known && !known->empty() && !read_key_row(*known)) continue;  // went with an earlier erasure
    CALSYNC_TRY(row, "read event", database_->get(Column::evt, key_of(sequence)));
    if (!row) return Error{Errc::not_found, "no event " + std::to_string(sequence.value())};
    std::string mark(1, destroyed_mark);
    ride.changes.push_back({Column::keys, key, mark.append(*row)});
  }
  for (const auto& [sequence, changes] : erasure.left)
    ride.changes.push_back({Column::keys, left_key_of(sequence), encode_changes(changes)});
  for (const auto& [key, row] : erasure.views) ride.changes.push_back({Column::views, key, row});
  if (!erasure.at_cut.empty()) {
    CALSYNC_CHECK("erase at the cut", add_cut_views(*database_, erasure.at_cut, after, ride.changes));
    ride.changes.push_back({Column::meta, std::string(meta::cut), encode_cut(after)});
  }
  if (!erasure.email.empty()) {
    HmacKey key(person_key_);
    const std::string prefix = person_prefix(key, erasure.email);
    const auto rows = database_->iterate(Column::person);
    for (rows->Seek(prefix); rows->Valid() && text(rows->key()).starts_with(prefix); rows->Next())
      if (RawSequence{sequence_from(text(rows->key()).substr(person_bytes))} <= erasure.upto)
        ride.changes.push_back({Column::person, std::string(text(rows->key())), std::nullopt});
    if (!rows->status().ok()) return to_error(rows->status(), "read person index");
  }
  if (!erasure.note.empty())
    ride.changes.push_back(
        {Column::meta, std::string(meta::note_prefix).append(erasure.note), erasure.value});
  ride.changes.push_back(now_format_erased());
  return ride;
}

Result<void> RocksLog::erase(const MakeErasure& make) {
  if (!writer_) return read_only_error();
  CALSYNC_CHECK("erase", open_or_cancelled());
  const std::lock_guard lock(commit_mutex_);
  CALSYNC_TRY(erasure, "erase", make(head().normalised));
  if (erasure.upto != head().normalised || erasure.cut != cut_.cut.raw)
    return Error{Errc::conflict, "the log was read on or trimmed since the erasure was worked out"};
  CutRow after = cut_;
  CALSYNC_TRY(ride, "erase", ride_of(erasure, after));
  erased_ = true;  // before the batch: who reads a record in between looks for what is left of it
  ++erasures_;     // whoever read the views before this may not commit on them
  return commit_cut(after, std::move(ride));
}

// A snapshot keeps every row that it sees, whatever a compaction does: those of passes and polls end by themselves.
Result<void> RocksLog::wait_for_old_snapshots(const std::stop_token& stop) const {
  constexpr std::chrono::milliseconds look_again{20};
  auto& db = database_->raw();
  const std::uint64_t now = db.GetLatestSequenceNumber();
  std::mutex mutex;
  std::condition_variable_any pause;
  std::unique_lock lock(mutex);
  for (;;) {
    std::uint64_t count = 0, oldest = 0;
    db.GetIntProperty(rocksdb::DB::Properties::kNumSnapshots, &count);
    db.GetIntProperty(rocksdb::DB::Properties::kOldestSnapshotSequence, &oldest);
    if (count == 0 || oldest >= now) return {};
    if (stop.stop_requested()) return Error{Errc::cancelled, "stopped"};
    pause.wait_for(lock, stop, look_again, [] { return false; });
  }
}

Result<void> RocksLog::drive_out_erased(const std::stop_token& stop) {
  if (!writer_) return read_only_error();
  CALSYNC_CHECK("drive out", open_or_cancelled());
  CALSYNC_CHECK("drive out", wait_for_old_snapshots(stop));
  CALSYNC_CHECK("drive out", flush_all());
  std::atomic<bool> canceled{false};
  const std::stop_callback on_stop(stop, [&canceled] { canceled = true; });
  rocksdb::CompactRangeOptions whole;
  whole.exclusive_manual_compaction = false;
  whole.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
  whole.canceled = &canceled;
  for (const Column column : {Column::keys, Column::views, Column::person, Column::meta}) {
    const auto status = database_->raw().CompactRange(whole, database_->column(column), nullptr, nullptr);
    if (canceled) return Error{Errc::cancelled, "stopped"};
    if (!status.ok()) return to_error(status, "drive what was erased out of the files");
  }
  return {};
}

Result<std::optional<ViewTable::Changes>> RocksLog::left_of(RawSequence sequence) const {
  if (!erased_) return std::optional<ViewTable::Changes>{};
  CALSYNC_TRY(row, "read what was left", database_->get(Column::keys, left_key_of(sequence)));
  if (!row) return std::optional<ViewTable::Changes>{};
  CALSYNC_TRY(changes, "read what was left", decode_changes(*row));
  return std::optional(std::move(changes));
}

std::string RocksLog::person_tag(std::string_view email) const {
  HmacKey key(person_key_);
  const std::string tag = person_prefix(key, email);
  return to_hex({reinterpret_cast<const std::uint8_t*>(tag.data()), tag.size()});
}

}  // namespace calsync::store
