// `log verify`: every record is read, hashed and opened; every count that the log keeps is counted again.
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
  std::uint64_t done = 0;
  std::uint64_t webhooks = 0, webhooks_erased = 0;

  void damaged(std::string what) {
    if (report.damage.size() < damage_max) report.damage.push_back(std::move(what));
  }
  void step() {
    const std::uint64_t all = head.raw.value() + head.event.value();
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
  std::uint64_t walk(Column column, Sequence last, const Digest& last_hash, Split split, Check check) {
    const std::string name = column_names.at(static_cast<std::size_t>(column));
    const auto rows = database.iterate(column, &at, false);
    Digest previous{};
    Sequence expected{1};
    std::uint64_t count = 0;
    for (rows->SeekToFirst(); rows->Valid(); rows->Next(), step()) {
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

  void check_counts(std::uint64_t quarantined_said) {
    report.quarantined = rows_in(Column::quarantine);
    if (report.quarantined != quarantined_said)
      damaged("quarantine holds " + std::to_string(report.quarantined) + " records, its count says " +
              std::to_string(quarantined_said));
    if (const auto summaries = rows_in(Column::summary); summaries != head.normalised.value())
      damaged("there are " + std::to_string(summaries) + " summaries of " +
              std::to_string(head.normalised.value()) + " records read");
    if (const auto known = rows_in(Column::dedup); known != webhooks)
      damaged("the index of known deliveries has " + std::to_string(known) + " rows for " +
              std::to_string(webhooks) + " deliveries");
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
  verifier.report.raw_records =
      verifier.walk(Column::raw, head.raw, head.raw_hash, split_raw,
                    [&](RawSequence sequence, std::string_view row) { verifier.check_raw(sequence, row); });
  verifier.report.events = verifier.walk(
      Column::evt, head.event, head.event_hash, split_event,
      [&](EventSequence sequence, std::string_view row) { verifier.check_event(sequence, row); });
  verifier.check_counts(sequence_from(quarantined.value_or("")));
  verifier.check_files();
  if (progress) progress(1);
  return std::move(verifier.report);
}

}  // namespace calsync::store
