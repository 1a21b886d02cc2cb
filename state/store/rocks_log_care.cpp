#include "state/store/records.hpp"
#include "state/store/rocks_log.hpp"

namespace calsync::store {

Result<void> RocksLog::clear_projection(std::string_view note, std::string_view value) {
  if (!writer_) return read_only_error();
  const std::lock_guard lock(commit_mutex_);
  const LogCut from = cut();
  const std::string raw = key_of(next(from.raw));
  Ride ride;
  ride.clear = {{Column::evt},
                {Column::views, std::string(views_begin)},
                {Column::summary, raw},
                {Column::quarantine, raw}};
  // Nobody could find again who is in a record that was kept beyond the cut.
  if (from.raw.value() == 0) ride.clear.push_back({Column::person});
  CALSYNC_TRY(kept, "clear", quarantined_upto(from.raw));
  ride.quarantined = kept;
  ride.goes_back = true;
  if (!note.empty())
    ride.changes.push_back({Column::meta, std::string(meta::note_prefix).append(note), std::string(value)});
  ride.settle = [from](LogHead& head) {
    head.event = from.event;
    head.event_hash = from.event_hash;
    head.normalised = from.raw;
  };
  return writer_->ride(std::move(ride));
}

Result<std::uint64_t> RocksLog::quarantined_upto(RawSequence last) const {
  std::uint64_t count = 0;
  const auto rows = database_->iterate(Column::quarantine);
  for (rows->SeekToFirst(); rows->Valid() && text(rows->key()) <= key_of(last); rows->Next()) ++count;
  if (!rows->status().ok()) return to_error(rows->status(), "read quarantine");
  return count;
}

Result<std::optional<EventRecord>> RocksLog::erased_event(EventSequence sequence) const {
  CALSYNC_CHECK("read event", open_or_cancelled());
  CALSYNC_TRY(row, "read key", database_->get(Column::keys, seal_key_of(sequence)));
  if (!row || row->size() <= 1 || read_key_row(*row)) return std::optional<EventRecord>{};
  CALSYNC_TRY(stored, "read event", decode_event(sequence, std::string_view(*row).substr(1), *row));
  return std::optional(std::move(stored.event));
}

// In the same column as the keys, which a rebuild keeps: the hash is then told again.
Result<void> RocksLog::expect_events(const std::vector<std::pair<EventSequence, Digest>>& told) {
  if (!writer_) return read_only_error();
  const std::lock_guard lock(commit_mutex_);
  Ride ride;
  for (const auto& [sequence, hash] : told) {
    const std::string row = seal_key_of(sequence);
    CALSYNC_TRY(known, "read key", database_->get(Column::keys, row));
    if (!known && sequence > head().event) {
      ride.changes.push_back({Column::keys, row, told_key_row(random_key(), hash)});
      continue;
    }
    const auto key = read_key_row(known.value_or(""));
    if (key && key->told && *key->told != hash)
      return Error{Errc::conflict, "event " + std::to_string(sequence.value()) +
                                       " is expected with another hash: restore the backup anew"};
  }
  if (ride.changes.empty()) return {};
  return writer_->ride(std::move(ride));
}

}  // namespace calsync::store
