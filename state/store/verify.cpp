// `log verify`: every record is read, hashed and opened; every count that the log keeps is counted again.
#include "state/store/cut.hpp"
#include "state/store/records.hpp"
#include "state/store/rocks_log.hpp"

namespace calsync::store {
namespace {

constexpr std::size_t damage_max = 100;  // enough to see what happened
constexpr std::uint64_t progress_step = 1024;

struct Verifier {
  const Database& database;
  const std::function<void(double)>& progress;
  Snapshot at{database.raw()};
  EventLog::VerifyReport report{};
  LogHead head{};
  CutRow from{};
  std::uint64_t done = 0;
  std::uint64_t webhooks = 0, kept = 0;

  void damaged(std::string what) {
    if (report.damage.size() < damage_max) report.damage.push_back(std::move(what));
  }
  void step() {
    const std::uint64_t all =
        head.raw.value() - from.cut.raw.value() + head.event.value() - from.cut.event.value();
    if (++done % progress_step == 0 && progress && all > 0)
      progress(0.95 * static_cast<double>(done) / static_cast<double>(all));
  }
  std::string key_row(const std::string& key) {
    const auto row = database.get(Column::keys, key, &at);
    return row && *row ? **row : std::string();
  }
  std::uint64_t rows_in(Column column) {
    std::uint64_t count = 0;
    const auto rows = database.iterate(column, &at, false);
    for (rows->SeekToFirst(); rows->Valid(); rows->Next()) ++count;
    if (!rows->status().ok())
      damaged(std::string(column_names.at(static_cast<std::size_t>(column))) + ": " +
              rows->status().ToString());
    return count;
  }

  void check_raw(RawSequence sequence, std::string_view stored) {
    const auto record = decode_raw(sequence, stored, key_row(seal_key_of(sequence)));
    if (!record) return damaged(record.error().what);
    if (record->source == RecordSource::webhook) ++webhooks;
    if (!record->body) {
      ++report.erased;
      return;
    }
    if (record->source != RecordSource::webhook) return;
    const RawDelivery delivery{record->source, record->source_id, record->content_type, record->received,
                               *record->body};
    const auto row = database.get(Column::dedup, view(delivery_identity(delivery)), &at);
    if (!row) return damaged(row.error().what);
    if (!*row || sequence_from(**row) != sequence.value())
      damaged("raw record " + std::to_string(sequence.value()) + " is not in the index of known deliveries");
  }

  void check_event(EventSequence sequence, std::string_view stored) {
    const auto event = decode_event(sequence, stored, key_row(seal_key_of(sequence)));
    if (!event) return damaged(event.error().what);
    if (event->event.erased) ++report.erased;
    if (event->event.raw > head.normalised || event->event.raw.value() == 0)
      damaged("event " + std::to_string(sequence.value()) + " names raw record " +
              std::to_string(event->event.raw.value()) + ", which was not read yet");
  }

  template <class Sequence, class Split, class Check>
  std::uint64_t walk(Column column, Sequence cut, Digest previous, Sequence last, const Digest& last_hash,
                     Split split, Check check) {
    const std::string name = column_names.at(static_cast<std::size_t>(column));
    const auto rows = database.iterate(column, &at, false);
    Sequence expected = next(cut);
    std::uint64_t count = 0;
    for (rows->Seek(key_of(expected)); rows->Valid(); rows->Next(), step()) {
      const Sequence sequence{sequence_from(text(rows->key()))};
      if (sequence != expected)
        damaged(name + " records " + std::to_string(expected.value()) + " to " +
                std::to_string(sequence.value() - 1) + " are missing");
      const auto parts = split(sequence, text(rows->value()));
      if (!parts) {
        damaged(parts.error().what);
      } else {
        if (!follows(previous, *parts))
          damaged(name + " record " + std::to_string(sequence.value()) + " does not fit the hash chain");
        previous = parts->hash;
      }
      check(sequence, text(rows->value()));
      expected = next(sequence);
      ++count;
    }
    if (!rows->status().ok()) damaged(name + ": " + rows->status().ToString());
    if (expected != next(last) || previous != last_hash) damaged(name + " does not end where the head says");
    return count;
  }

  // Beyond the cut: what was in quarantine there, and nothing else.
  void check_kept() {
    const std::uint64_t counted = webhooks;
    const auto rows = database.iterate(Column::raw, &at, false);
    for (rows->SeekToFirst(); rows->Valid() && text(rows->key()) <= key_of(from.cut.raw); rows->Next()) {
      check_raw(RawSequence{sequence_from(text(rows->key()))}, text(rows->value()));
      ++kept;
    }
    if (!rows->status().ok()) damaged("raw: " + rows->status().ToString());
    webhooks = counted;  // those are in the cut's own count
    const auto events = database.iterate(Column::evt, &at, false);
    events->SeekToFirst();
    if (events->Valid() && text(events->key()) <= key_of(from.cut.event))
      damaged("event " + std::to_string(sequence_from(text(events->key()))) + " should have been trimmed");
  }

  void check_snapshot() {
    CutRow found;
    const std::string start = cut_view_key("");
    const auto rows = database.iterate(Column::views, &at, false);
    for (rows->Seek(start); rows->Valid() && text(rows->key()).starts_with(start); rows->Next()) {
      const std::string name(text(rows->key()).substr(start.size()));
      const auto opened = open_cut_view(name, text(rows->value()), key_row(cut_seal_key(name)));
      if (!opened) damaged(opened.error().what);
      toggle(found.digest, name, text(rows->value()));
      ++found.views;
    }
    if (!rows->status().ok()) damaged("views: " + rows->status().ToString());
    if (found.views != from.views || found.digest != from.digest)
      damaged("the snapshot of the views at the cut has " + std::to_string(found.views) + " rows of " +
              std::to_string(from.views) + ", or others than were put there");
  }

  void check_counts(std::uint64_t quarantined_said) {
    report.quarantined = rows_in(Column::quarantine);
    if (report.quarantined != quarantined_said)
      damaged("quarantine holds " + std::to_string(report.quarantined) + " records, its count says " +
              std::to_string(quarantined_said));
    const std::uint64_t read = head.normalised.value() - from.cut.raw.value() + kept;
    if (const auto summaries = rows_in(Column::summary); summaries != read)
      damaged("there are " + std::to_string(summaries) + " summaries of " + std::to_string(read) +
              " records read");
    if (const auto known = rows_in(Column::dedup); known != webhooks + from.webhooks)
      damaged("the index of known deliveries has " + std::to_string(known) + " rows for " +
              std::to_string(webhooks + from.webhooks) + " deliveries");
  }

  void check_files() {
    auto status = database.raw().VerifyChecksum(rocksdb::ReadOptions{});
    if (!status.ok()) damaged("tables: " + status.ToString());
    status = database.raw().VerifyFileChecksums(rocksdb::ReadOptions{});
    if (!status.ok()) damaged("files: " + status.ToString());
  }
};

}  // namespace

Result<EventLog::VerifyReport> RocksLog::verify(const std::function<void(double)>& progress) const {
  CALSYNC_CHECK("verify", open_or_cancelled());
  Verifier verifier{*database_, progress};
  CALSYNC_TRY(head_row, "read head", database_->get(Column::meta, meta::head, &verifier.at));
  CALSYNC_TRY(quarantined, "read count", database_->get(Column::meta, meta::quarantined, &verifier.at));
  CALSYNC_TRY(head, "read head", decode_head(head_row.value_or("")));
  verifier.head = head;
  CALSYNC_TRY(from, "read cut", read_cut(*database_, &verifier.at));
  verifier.from = from;
  verifier.report.raw_records =
      verifier.walk(Column::raw, from.cut.raw, from.cut.raw_hash, head.raw, head.raw_hash, split_raw,
                    [&](RawSequence sequence, std::string_view row) { verifier.check_raw(sequence, row); });
  verifier.report.events = verifier.walk(
      Column::evt, from.cut.event, from.cut.event_hash, head.event, head.event_hash, split_event,
      [&](EventSequence sequence, std::string_view row) { verifier.check_event(sequence, row); });
  verifier.check_kept();
  verifier.report.raw_records += verifier.kept;
  verifier.check_snapshot();
  verifier.check_counts(sequence_from(quarantined.value_or("")));
  verifier.check_files();
  if (progress) progress(1);
  return std::move(verifier.report);
}

}  // namespace calsync::store
