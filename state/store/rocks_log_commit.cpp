// What the normaliser made, as rows: encoded on the caller's thread, so that the writer only has to copy it.
#include "state/store/records.hpp"
#include "state/store/rocks_log.hpp"

#include <algorithm>
#include <map>

namespace calsync::store {
namespace {

Error out_of_order(const std::string& what) {
  return Error{Errc::conflict, "a commit does not follow the log's head: " + what};
}

std::string version_row(RawSequence sequence) {
  return std::string(meta::normaliser_prefix) + key_of(sequence);
}

// Rows of `keys` of events, asked for in rising order: one cursor that moves on, not a search for each.
class EventKeys {
 public:
  EventKeys(const Database& database, EventSequence first) : rows_(database.iterate(Column::keys)) {
    rows_->Seek(seal_key_of(first));
  }
  Result<std::optional<std::string>> row_of(EventSequence sequence) {
    const std::string key = seal_key_of(sequence);
    while (rows_->Valid() && text(rows_->key()) < key) rows_->Next();
    if (!rows_->Valid() && !rows_->status().ok()) return to_error(rows_->status(), "read keys");
    if (!rows_->Valid() || text(rows_->key()) != key) return std::optional<std::string>{};
    return std::optional(std::string(text(rows_->value())));
  }

 private:
  std::unique_ptr<rocksdb::Iterator> rows_;
};

// The bytes under the key in `row`, from before a rebuild; without a row under a new one, put into `new_keys`
// (nullptr: none is made).
Result<Encoded> encode_under(const std::optional<std::string>& row, const EventRecord& event,
                             const Digest& previous, std::vector<Change>* new_keys) {
  if (const auto known = read_key_row(row.value_or("")))
    return known->told ? encode_told_event(event, known->key, *known->told)
                       : encode_event(event, known->key, previous);
  if (row) {
    CALSYNC_TRY(kept, "read erased event", split_event(event.sequence, std::string_view(*row).substr(1)));
    return kept.told ? encode_erased_told_event(event, kept.sealed, kept.hash)
                     : encode_erased_event(event, kept.sealed, previous);
  }
  if (new_keys == nullptr || event.erased)
    return Error{Errc::not_found, "event " + std::to_string(event.sequence.value()) + " has no key"};
  const SealKey key = random_key();
  new_keys->push_back({Column::keys, seal_key_of(event.sequence), std::string(view(key))});
  return encode_event(event, key, previous);
}

}  // namespace

Result<Digest> RocksLog::hash_as_stored(const EventRecord& event, const Digest& previous) const {
  CALSYNC_CHECK("hash event", open_or_cancelled());
  CALSYNC_TRY(row, "read key", database_->get(Column::keys, seal_key_of(event.sequence)));
  CALSYNC_TRY(encoded, "hash event", encode_under(row, event, previous, nullptr));
  if (!encoded.told) return encoded.hash;
  // A hash that was told says nothing of these bytes: only the stored ones can.
  CALSYNC_TRY(stored, "hash event", database_->get(Column::evt, key_of(event.sequence)));
  return stored == encoded.bytes ? encoded.hash : sha256(encoded.bytes);
}

Result<void> RocksLog::add_events(const Projection& projection, LogHead& head,
                                  std::vector<Change>& changes) const {
  if (projection.events.empty()) return {};
  EventKeys keys(*database_, next(head.event));
  for (const EventRecord& event : projection.events) {
    if (event.sequence != next(head.event))
      return out_of_order("event " + std::to_string(event.sequence.value()) + " after " +
                          std::to_string(head.event.value()));
    CALSYNC_CHECK("check event", check_fits(event));
    CALSYNC_TRY(row, "read key", keys.row_of(event.sequence));
    CALSYNC_TRY(encoded, "encode event", encode_under(row, event, head.event_hash, &changes));
    changes.push_back({Column::evt, key_of(event.sequence), std::move(encoded.bytes)});
    head.event = event.sequence;
    head.event_hash = encoded.hash;
  }
  return {};
}

// Summary, quarantine and person index; gives the number of records in quarantine afterwards.
Result<std::uint64_t> RocksLog::add_summaries(const Projection& projection,
                                              std::vector<Change>& changes) const {
  std::uint64_t count = quarantine_size();
  std::map<RawSequence, bool> held;  // a record may be summed up twice in one commit: read, and read again
  HmacKey key(person_key_);
  for (const auto& [sequence, summary] : projection.summaries) {
    const std::string row = key_of(sequence);
    changes.push_back({Column::summary, row, encode_summary(summary)});
    for (const std::string& person : summary.people)
      changes.push_back({Column::person, person_prefix(key, person) + row, ""});
    if (!held.contains(sequence)) {
      CALSYNC_TRY(before, "read quarantine", database_->get(Column::quarantine, row));
      held[sequence] = before.has_value();
    }
    const bool now = summary.outcome == RecordOutcome::quarantined &&
                     std::ranges::find(projection.retries, sequence) == projection.retries.end();
    if (now)
      changes.push_back({Column::quarantine, row, encode_quarantine(summary.reason)});
    else if (held[sequence])
      changes.push_back({Column::quarantine, row, std::nullopt});
    if (now && !held[sequence]) ++count;
    if (!now && held[sequence]) --count;
    held[sequence] = now;
  }
  return count;
}

// A rebuild has to read each record as it was read: from here on, this version did.
Result<void> RocksLog::add_version(const Projection& projection, std::vector<Change>& changes) const {
  if (projection.again) return {};
  const auto rows = database_->iterate(Column::meta);
  rows->SeekForPrev(version_row(projection.upto));
  if (!rows->status().ok()) return to_error(rows->status(), "read normaliser version");
  const std::string version = ByteWriter{}.u32(normaliser_version).take();
  if (rows->Valid() && text(rows->key()).starts_with(meta::normaliser_prefix) &&
      text(rows->value()) == version)
    return {};
  changes.push_back({Column::meta, version_row(next(head().normalised)), version});
  return {};
}

Result<void> RocksLog::commit(Projection projection) {
  if (!writer_) return read_only_error();
  CALSYNC_CHECK("commit", open_or_cancelled());
  const std::lock_guard lock(commit_mutex_);
  if (projection.erasures != erasures_)
    return Error{Errc::conflict, "somebody was forgotten since the views were read"};
  LogHead after = head();
  if (projection.upto < after.normalised || projection.upto > after.raw)
    return out_of_order("raw " + std::to_string(projection.upto.value()) + " after " +
                        std::to_string(after.normalised.value()));
  Ride ride;
  ride.events = projection.events.size();
  CALSYNC_CHECK("commit", add_events(projection, after, ride.changes));
  CALSYNC_TRY(quarantined, "commit", add_summaries(projection, ride.changes));
  CALSYNC_CHECK("commit", add_version(projection, ride.changes));
  if (quarantined != quarantine_size()) ride.quarantined = quarantined;
  for (auto& [key, value] : projection.views) ride.changes.push_back({Column::views, key, std::move(value)});
  after.normalised = projection.upto;
  ride.settle = [after](LogHead& head) {
    head.event = after.event;
    head.event_hash = after.event_hash;
    head.normalised = after.normalised;
  };
  return writer_->ride(std::move(ride));
}

}  // namespace calsync::store
