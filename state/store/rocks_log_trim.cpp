// Retention: the cut goes forward, what is before it goes (DESIGN §12.5).
#include "state/store/cut.hpp"
#include "state/store/repeats.hpp"
#include "state/store/rocks_log.hpp"

#include <algorithm>

namespace calsync::store {
namespace {

// [first, last] of a column, but for `kept` (ascending).
void clear_records(Column column, const std::string& kind, RawSequence first, RawSequence last,
                   const std::vector<RawSequence>& kept, std::vector<Span>& spans) {
  const auto clear = [&](std::uint64_t from, std::uint64_t to) {
    if (from < to) spans.push_back({column, kind + sequence_key(from), kind + sequence_key(to)});
  };
  std::uint64_t from = first.value();
  for (const RawSequence sequence : kept) {
    clear(from, sequence.value());
    from = sequence.value() + 1;
  }
  clear(from, last.value() + 1);
}

Error not_next(const std::string& how) {
  return {Errc::conflict, "a trim does not follow the log's cut: " + how};
}

}  // namespace

LogCut RocksLog::cut() const {
  const std::lock_guard lock(heads_.mutex);
  return cut_.cut;
}

std::unique_ptr<ViewSource> RocksLog::views_at_cut() const {
  return std::make_unique<CutViews>(*database_);
}

// The cut as it will be, but for the snapshot.
Result<CutRow> RocksLog::cut_after(const Trim& trim) const {
  CutRow after = cut_;  // commit_mutex_ is held: nobody else changes it
  if (trim.upto <= after.cut.raw || trim.upto > head().normalised)
    return not_next("raw " + std::to_string(trim.upto.value()) + " after " +
                    std::to_string(after.cut.raw.value()));
  if (trim.event < after.cut.event || trim.event > head().event)
    return not_next("event " + std::to_string(trim.event.value()) + " after " +
                    std::to_string(after.cut.event.value()));
  CALSYNC_TRY(record, "trim", raw(trim.upto));
  CALSYNC_TRY(event_hash, "trim", hash_of(trim.event));
  after.cut = {trim.upto, trim.event, record.hash, event_hash, record.received, trim.at, normaliser_version};
  after.webhooks += trim.webhooks;
  return after;
}

Result<void> RocksLog::trim(Trim trim) {
  if (!writer_) return read_only_error();
  CALSYNC_CHECK("trim", open_or_cancelled());
  const std::lock_guard lock(commit_mutex_);
  if (trim.erasures != erasures_) return not_next("somebody was forgotten meanwhile");
  CALSYNC_TRY(after, "trim", cut_after(trim));
  const LogCut before = cut_.cut;
  Ride ride;
  std::ranges::sort(trim.kept);
  const RawSequence first = next(before.raw);
  clear_records(Column::raw, "", first, trim.upto, trim.kept, ride.clear);
  clear_records(Column::keys, "r", first, trim.upto, trim.kept, ride.clear);
  clear_records(Column::keys, "v", first, trim.upto, {}, ride.clear);
  clear_records(Column::summary, "", first, trim.upto, trim.kept, ride.clear);
  const std::string notes(meta::note_prefix);
  ride.clear.push_back({Column::meta, notes + repeats_note(first), notes + repeats_note(next(trim.upto))});
  if (trim.event > before.event) {
    const auto from = key_of(next(before.event)), to = key_of(next(trim.event));
    ride.clear.push_back({Column::evt, from, to});
    ride.clear.push_back({Column::keys, "e" + from, "e" + to});
  }
  for (const RawSequence sequence : trim.released) {
    ride.changes.push_back({Column::raw, key_of(sequence), std::nullopt});
    ride.changes.push_back({Column::keys, seal_key_of(sequence), std::nullopt});
    ride.changes.push_back({Column::summary, key_of(sequence), std::nullopt});
  }
  HmacKey key(person_key_);
  for (const auto& [sequence, email] : trim.people)
    ride.changes.push_back({Column::person, person_prefix(key, email) + key_of(sequence), std::nullopt});
  CALSYNC_CHECK("trim", add_cut_views(*database_, trim.views, after, ride.changes));
  ride.changes.push_back({Column::meta, std::string(meta::cut), encode_cut(after)});
  ride.changes.push_back(
      {Column::meta, std::string(meta::format), std::string(erased_ ? format_text_erased : format_text_cut)});
  return commit_cut(after, std::move(ride));
}

// A reader who finds a row gone has to know why before the batch is down.
Result<void> RocksLog::commit_cut(const CutRow& after, Ride ride) {
  {
    const std::lock_guard lock(heads_.mutex);
    going_ = after.cut;
  }
  auto down = writer_->ride(std::move(ride));
  const std::lock_guard lock(heads_.mutex);
  if (down) cut_ = after;
  going_ = cut_.cut;
  probe_.cut_raw.set(static_cast<double>(cut_.cut.raw.value()));
  probe_.cut_event.set(static_cast<double>(cut_.cut.event.value()));
  return down;
}

LogCut RocksLog::going() const {
  const std::lock_guard lock(heads_.mutex);
  return going_;
}

// Keys first: without them what is left of the records is noise.
Result<void> RocksLog::drive_out_trimmed() {
  if (!writer_) return read_only_error();
  CALSYNC_CHECK("drive out", open_or_cancelled());
  const LogCut upto = cut();
  CALSYNC_CHECK("drive out", flush_all());  // a WAL may hold it, too
  rocksdb::CompactRangeOptions options;
  options.exclusive_manual_compaction = false;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
  const auto drive = [&](Column column, const std::string& from, const std::string& to) {
    const rocksdb::Slice begin(from), end(to);
    return database_->raw().CompactRange(options, database_->column(column), &begin, &end);
  };
  const std::string raw = key_of(upto.raw), event = key_of(upto.event);
  auto status = drive(Column::keys, "r", "r" + raw);
  if (status.ok()) status = drive(Column::keys, "e", "e" + event);
  if (status.ok()) status = drive(Column::keys, "c", "d");
  if (status.ok()) status = drive(Column::keys, "v", "v" + raw);
  if (status.ok()) status = drive(Column::raw, "", raw);
  if (status.ok()) status = drive(Column::evt, "", event);
  if (status.ok()) status = drive(Column::summary, "", raw);
  if (!status.ok()) return to_error(status, "drive what was trimmed out of the files");
  return {};
}

Result<void> RocksLog::fill_views() {
  if (!writer_) return read_only_error();
  CALSYNC_CHECK("fill the views", open_or_cancelled());
  constexpr std::size_t rows_at_once = 256;
  const std::lock_guard lock(commit_mutex_);
  if (head().normalised != cut_.cut.raw) return not_next("records beyond it are in the views already");
  const Snapshot at(database_->raw());
  const auto rows = database_->iterate(Column::views, &at, false);
  const std::string start = cut_view_key("");
  Ride ride;
  for (rows->Seek(start); rows->Valid() && text(rows->key()).starts_with(start); rows->Next()) {
    const std::string name(text(rows->key()).substr(start.size()));
    CALSYNC_TRY(key_row, "fill the views", database_->get(Column::keys, cut_seal_key(name), &at));
    CALSYNC_TRY(row, "fill the views", open_cut_view(name, text(rows->value()), key_row.value_or("")));
    ride.changes.push_back({Column::views, name, std::move(row)});
    if (ride.changes.size() >= rows_at_once)
      CALSYNC_CHECK("fill the views", writer_->ride(std::exchange(ride, {})));
  }
  if (!rows->status().ok()) return to_error(rows->status(), "fill the views");
  return ride.changes.empty() ? Result<void>{} : writer_->ride(std::move(ride));
}

}  // namespace calsync::store
