#include "state/store/records.hpp"
#include "state/store/rocks_log.hpp"

#include <algorithm>
#include <stdexcept>

namespace calsync::store {
namespace {

class ViewRows final : public ViewSource {  // at one moment: what another commit changes is not seen
 public:
  explicit ViewRows(const Database& database) : database_(database), at_(database.raw()) {}
  std::optional<std::string> get(std::string_view key) override {
    auto row = database_.get(Column::views, key, &at_);
    if (!row) throw ViewError(std::move(row).error());
    return *std::move(row);
  }
  void scan(std::string_view prefix, std::string_view after, const Visit& visit) override {
    // What is read once must not push out what is read all the time.
    const auto rows = database_.iterate(Column::views, &at_, false);
    rows->Seek(slice(std::max({prefix, after, views_begin})));  // before that: the snapshot of the cut
    if (rows->Valid() && !after.empty() && text(rows->key()) == after) rows->Next();
    for (; rows->Valid() && text(rows->key()).starts_with(prefix); rows->Next())
      if (!visit(text(rows->key()), text(rows->value()))) return;
    if (!rows->status().ok()) throw ViewError(to_error(rows->status(), "read the views"));
  }

 private:
  const Database& database_;
  Snapshot at_;
};

// Rows `normaliser/SEQ`: few, one for each change of version. Asked in rising order.
class NotedVersions {
 public:
  explicit NotedVersions(const Database& database) : rows_(database.iterate(Column::meta)) {
    rows_->Seek(slice(meta::normaliser_prefix));
  }
  Result<RawRecord> on(Result<RawRecord> record) {
    if (!record) return record;
    const std::string place = std::string(meta::normaliser_prefix) + key_of(record->sequence);
    for (; rows_->Valid() && text(rows_->key()).starts_with(meta::normaliser_prefix) &&
           text(rows_->key()) <= place;
         rows_->Next())
      version_ = ByteReader(text(rows_->value())).u32();
    if (!rows_->status().ok()) return to_error(rows_->status(), "read normaliser version");
    record->noted_version = version_;
    return record;
  }

 private:
  std::unique_ptr<rocksdb::Iterator> rows_;
  std::uint32_t version_ = 0;
};

// Trimmed, or it ought to be there.
Error missing(const char* kind, std::uint64_t sequence, std::uint64_t trimmed_upto, const LogCut& cut) {
  if (sequence <= trimmed_upto) return trimmed_error(kind, sequence, cut);
  return Error{Errc::corrupt,
               std::string(kind) + " " + std::to_string(sequence) + " is missing from the log"};
}

RawSequence trimmed(RawSequence, const LogCut& cut) {
  return cut.raw;
}
EventSequence trimmed(EventSequence, const LogCut& cut) {
  return cut.event;
}

}  // namespace

Result<RawRecord> RocksLog::raw(RawSequence sequence) const {
  CALSYNC_CHECK("read raw", open_or_cancelled());
  if (sequence.value() == 0 || sequence > head().raw)
    return Error{Errc::not_found, "no raw record " + std::to_string(sequence.value())};
  CALSYNC_TRY(row, "read raw", database_->get(Column::raw, key_of(sequence)));
  if (!row) {
    const LogCut gone = going();
    return missing("raw record", sequence.value(), gone.raw.value(), gone);
  }
  CALSYNC_TRY(key, "read key", database_->get(Column::keys, seal_key_of(sequence)));
  return NotedVersions(*database_).on(decode_raw(sequence, *row, key.value_or("")));
}

Result<StoredEvent> RocksLog::event(EventSequence sequence) const {
  CALSYNC_CHECK("read event", open_or_cancelled());
  if (sequence.value() == 0 || sequence > head().event)
    return Error{Errc::not_found, "no event " + std::to_string(sequence.value())};
  CALSYNC_TRY(row, "read event", database_->get(Column::evt, key_of(sequence)));
  if (!row) {
    const LogCut gone = going();
    return missing("event", sequence.value(), gone.event.value(), gone);
  }
  CALSYNC_TRY(key, "read key", database_->get(Column::keys, seal_key_of(sequence)));
  return decode_event(sequence, *row, key.value_or(""));
}

// Two cursors side by side: records, and the keys that open them.
template <class Record, class Sequence, class Decode>
// NOLINTNEXTLINE(readability-function-cognitive-complexity): the two move in step, and apart would say less
Result<std::vector<Record>> RocksLog::read_range(Column column, char key_kind, Sequence first, Sequence last,
                                                 std::size_t count, std::size_t bytes, Decode decode) const {
  std::vector<Record> out;
  CALSYNC_CHECK("read", open_or_cancelled());
  first = std::max(first, next(trimmed(Sequence{}, cut())));
  if (first > last) return out;
  const Snapshot at(database_->raw());
  const auto rows = database_->iterate(column, &at);
  const auto keys = database_->iterate(Column::keys, &at);
  rows->Seek(key_of(first));
  keys->Seek(key_kind + key_of(first));
  std::size_t taken = 0;
  for (Sequence sequence = first; sequence <= last && out.size() < count && taken < bytes;
       sequence = next(sequence)) {
    if (!rows->Valid() || sequence_from(text(rows->key())) != sequence.value()) {
      if (!rows->status().ok()) return to_error(rows->status(), "read the log");
      const LogCut gone = going();
      const Sequence gone_upto = trimmed(Sequence{}, gone);
      if (sequence <= gone_upto && !out.empty()) break;
      if (sequence <= gone_upto)  // by a trim since we looked for the cut
        return read_range<Record>(column, key_kind, next(gone_upto), last, count, bytes, decode);
      const std::string kind = column_names.at(static_cast<std::size_t>(column)) + std::string(" record");
      return missing(kind.c_str(), sequence.value(), 0, gone);
    }
    std::string_view key;
    if (keys->Valid() && text(keys->key()).substr(1) == key_of(sequence)) {
      key = text(keys->value());
    } else if (!keys->status().ok()) {
      return to_error(keys->status(), "read the log");
    }
    taken += rows->value().size();
    CALSYNC_TRY(record, "read the log", decode(sequence, text(rows->value()), key));
    out.push_back(std::move(record));
    rows->Next();
    if (!key.empty()) keys->Next();
  }
  return out;
}

Result<std::vector<RawRecord>> RocksLog::read_raw(RawSequence first, std::size_t count,
                                                  std::size_t bytes) const {
  CALSYNC_CHECK("read raw", open_or_cancelled());
  NotedVersions versions(*database_);
  return read_range<RawRecord>(Column::raw, 'r', first, head().raw, count, bytes,
                               [&](RawSequence sequence, std::string_view row, std::string_view key) {
                                 return versions.on(decode_raw(sequence, row, key));
                               });
}

Result<std::vector<StoredEvent>> RocksLog::read_events(EventSequence first, std::size_t count,
                                                       std::size_t bytes) const {
  return read_range<StoredEvent>(Column::evt, 'e', first, head().event, count, bytes, decode_event);
}

Result<std::optional<RecordSummary>> RocksLog::summary(RawSequence sequence) const {
  CALSYNC_CHECK("read summary", open_or_cancelled());
  CALSYNC_TRY(row, "read summary", database_->get(Column::summary, key_of(sequence)));
  if (!row) return std::optional<RecordSummary>{};
  CALSYNC_TRY(summary, "read summary", decode_summary(*row));
  return std::optional(std::move(summary));
}

Result<std::vector<QuarantineEntry>> RocksLog::quarantine(RawSequence after, std::size_t count) const {
  CALSYNC_CHECK("read quarantine", open_or_cancelled());
  std::vector<QuarantineEntry> out;
  const auto rows = database_->iterate(Column::quarantine);
  for (rows->Seek(key_of(next(after))); rows->Valid() && out.size() < count; rows->Next()) {
    const RawSequence sequence{sequence_from(text(rows->key()))};
    CALSYNC_TRY(entry, "read quarantine", decode_quarantine(sequence, text(rows->value())));
    out.push_back(std::move(entry));
  }
  if (!rows->status().ok()) return to_error(rows->status(), "read quarantine");
  return out;
}

std::uint64_t RocksLog::quarantine_size() const {
  const std::lock_guard lock(heads_.mutex);
  return heads_.quarantined;
}

std::string RocksLog::person_prefix(HmacKey& key, std::string_view email) const {
  std::string lower(email);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return std::string(view(key.sign(lower)).substr(0, person_bytes));
}

Result<std::vector<RawSequence>> RocksLog::records_of(std::string_view email) const {
  CALSYNC_CHECK("read person index", open_or_cancelled());
  HmacKey key(person_key_);
  const std::string prefix = person_prefix(key, email);
  std::vector<RawSequence> out;
  const auto rows = database_->iterate(Column::person);
  const LogCut from = cut();
  for (rows->Seek(prefix); rows->Valid() && text(rows->key()).starts_with(prefix); rows->Next()) {
    const RawSequence sequence{sequence_from(text(rows->key()).substr(person_bytes))};
    // An erased record was trimmed without anybody knowing who was in it.
    CALSYNC_TRY(there, "read person index", is_there(sequence, from));
    if (there) out.push_back(sequence);
  }
  if (!rows->status().ok()) return to_error(rows->status(), "read person index");
  return out;
}

Result<bool> RocksLog::is_there(RawSequence sequence, const LogCut& from) const {
  if (sequence > from.raw) return true;
  CALSYNC_TRY(kept, "read raw", database_->get(Column::raw, key_of(sequence)));
  return kept.has_value();
}

std::unique_ptr<ViewSource> RocksLog::views() const {
  return std::make_unique<ViewRows>(*database_);
}

}  // namespace calsync::store
