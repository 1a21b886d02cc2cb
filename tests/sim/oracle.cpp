#include "tests/sim/oracle.hpp"

#include "state/store/records.hpp"

#include <charconv>

namespace calsync::sim {
namespace {

using store::Column;

constexpr std::size_t queue_records_max = 4096;
constexpr std::size_t queue_bytes_max = std::size_t{32} << 20U;

std::string_view header(const KafkaMessage& message, std::string_view name) {
  for (const KafkaHeader& each : message.headers)
    if (each.name == name) return each.value;
  return {};
}

std::uint64_t number(std::string_view text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string text(std::uint64_t value) {
  return std::to_string(value);
}

}  // namespace

std::uint64_t fingerprint(std::string_view bytes) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return hash;
}

Result<RawRecord> read_raw(const SimDisk& disk, RawSequence sequence) {
  return store::decode_raw(sequence, disk.row_ever(Column::raw, store::key_of(sequence)),
                           disk.row_ever(Column::keys, store::seal_key_of(sequence)));
}

Result<StoredEvent> read_event(const SimDisk& disk, EventSequence sequence) {
  return store::decode_event(sequence, disk.row_ever(Column::evt, store::key_of(sequence)),
                             disk.row_ever(Column::keys, store::seal_key_of(sequence)));
}

void Oracle::violated(std::string what) {
  if (!violation_.empty()) return;
  world_.tell("oracle", what);
  violation_ = std::move(what);
}

// (a) a 2xx only for what is on disk
void Oracle::acknowledged(SimDisk& disk, RawSequence sequence, const std::string& body) {
  const auto [known, first] = disk.acknowledged.emplace(sequence.value(), fingerprint(body));
  if (known->second != fingerprint(body))
    return violated("raw " + text(sequence.value()) + " was acknowledged for two different bodies");
  const auto record = read_raw(disk, sequence);
  if (!record || record->body != body)
    return violated("raw " + text(sequence.value()) + " was acknowledged and is not in the log");
  if (!disk.synced(Column::raw, store::key_of(sequence)))
    violated("raw " + text(sequence.value()) + " was acknowledged before it was synced");
}

void Oracle::check_acknowledged(const SimDisk& disk, std::size_t last) {
  auto at = disk.acknowledged.rbegin();
  for (std::size_t i = 0; i < last && at != disk.acknowledged.rend(); ++i, ++at) {
    const auto record = read_raw(disk, RawSequence{at->first});
    if (!record || fingerprint(record->body.value_or("")) != at->second)
      return violated("raw " + text(at->first) + " was acknowledged and is lost");
  }
}

void Oracle::opened(SimDisk& disk) {
  check_acknowledged(disk, 16);
}

// Retention takes what is old, read and published, and with it the keys; nothing else.
void Oracle::trimmed(const SimDisk& disk, const LogCut& before, const LogCut& after, Ms keep) {
  world_.met("trims");
  if (after.event.value() > published_)
    return violated("event " + text(after.event.value()) + " was trimmed, published is " + text(published_));
  const Instant oldest = SimClock::epoch() + world_.now() - keep;
  const auto& quarantine = disk.rows(Column::quarantine);
  for (RawSequence at = next(before.raw); at <= after.raw; at = next(at)) {
    const auto record = read_raw(disk, at);
    if (!record) return violated("raw " + text(at.value()) + " was trimmed and had never been there");
    if (record->received > oldest) return violated("raw " + text(at.value()) + " was trimmed too early");
    const bool waits = quarantine.contains(store::key_of(at));
    if (disk.rows(Column::raw).contains(store::key_of(at)) != waits ||
        disk.rows(Column::keys).contains(store::seal_key_of(at)) != waits)
      return violated("of raw " + text(at.value()) + (waits ? " in quarantine something" : " not all") +
                      " was trimmed");
  }
  for (EventSequence at = next(before.event); at <= after.event; at = next(at))
    if (disk.rows(Column::keys).contains(store::seal_key_of(at)))
      return violated("event " + text(at.value()) + " was trimmed and its key stays");
}

// (h)
void Oracle::queued(std::size_t records, std::size_t bytes) {
  if (records > queue_records_max || bytes > queue_bytes_max)
    violated("the queue holds " + text(records) + " records and " + text(bytes) + " bytes");
}

// (b), (c): a committed transaction goes on exactly where the one before ended, with what is on disk, and says so
void Oracle::committed(const SimDisk& disk, const SimCluster::Transaction& transaction) {
  if (publisher_ != &disk && published_ > 0) {  // another log goes on: it must hold the very same history
    const auto last = read_event(disk, EventSequence{published_});
    if (!last || last->hash != published_hash_)
      return violated("a log that lacks event " + text(published_) + " publishes");
  }
  publisher_ = &disk;
  std::vector<const KafkaMessage*> states;
  std::optional<CursorRecord> cursor;
  bool whole = true;
  const auto finish_event = [&] {
    if (last_event_) check_states(states, *last_event_, whole);
    last_event_.reset();
    states.clear();
  };
  for (const KafkaMessage& message : transaction.messages) {
    const std::string_view type = header(message, "ce_type");
    if (type == "calsync.cursor") {
      if (cursor) return violated("two cursors in one transaction");
      cursor = *decode_cursor(*message.value);
    } else if (type == "calsync.booking-state") {
      states.push_back(&message);
    } else {
      finish_event();
      whole = type != "calsync.event.oversize";
      check_event(disk, message, std::string(type));
    }
  }
  finish_event();
  if (!cursor) return violated("events were committed without a cursor");
  if (cursor->sequence.value() != published_ || cursor->hash != published_hash_)
    violated("the cursor says " + text(cursor->sequence.value()) + ", published is " + text(published_));
}

void Oracle::check_event(const SimDisk& disk, const KafkaMessage& message, const std::string& type) {
  const std::uint64_t sequence = number(header(message, "ce_sequence"));
  if (sequence != published_ + 1)
    return violated("event " + text(sequence) + " was committed after event " + text(published_));
  auto stored = read_event(disk, EventSequence{sequence});
  if (!stored) return violated("event " + text(sequence) + " was published and is not on disk");
  if (!disk.synced(Column::evt, store::key_of(EventSequence{sequence})))
    return violated("event " + text(sequence) + " was published before it was synced");
  const EventRecord& event = stored->event;
  if (type == "calsync.event.oversize")
    check_oversize(*stored);
  else if (message.value != event.value || type != "calsync." + event.type)
    return violated("event " + text(sequence) + " was published as another one than is in the log");
  auto& last = key_sequences_[{message.topic, message.key}];
  if (message.key != event.key.value() || event.key_sequence.value() != ++last ||
      number(header(message, "ce_keysequence")) != last)
    return violated("event " + text(sequence) + " breaks the count of key " + message.key);
  check_key(*stored);
  ++told_[event.type][event.subject];
  published_ = sequence;
  published_hash_ = stored->hash;
  last_event_ = std::move(*stored);
}

void Oracle::check_oversize(const StoredEvent& stored) {
  world_.met("events that are too large");
  const bool fits = stored.event.value.size() <= cluster_.largest_message;
  const bool state_fits = std::ranges::all_of(stored.event.states, [&](const StateValue& state) {
    return state.json.size() <= cluster_.largest_message;
  });
  if (fits && state_fits)
    violated("event " + text(stored.event.sequence.value()) + " lost its value though it is not too large");
}

void Oracle::check_states(const std::vector<const KafkaMessage*>& states, const StoredEvent& stored,
                          bool whole) {
  if (!whole && states.empty()) return;  // too large themselves
  bool same = states.size() == stored.event.states.size();
  for (std::size_t i = 0; same && i < states.size(); ++i)
    same = states[i]->key == stored.event.states[i].uid.value() &&
           states[i]->value == stored.event.states[i].json;
  if (!same)
    violated("the states of event " + text(stored.event.sequence.value()) + " were not all published");
}

// One booking's life keeps one key: that of its parent where that has one, else of an ancestor.
void Oracle::check_key(const StoredEvent& stored) {
  const EventRecord& event = stored.event;
  const auto booking = cal_.bookings.find(event.subject);
  if (event.topic != Topic::bookings || booking == cal_.bookings.end()) return;
  const std::string& key = event.key.value();
  const auto [known, first] = keys_.emplace(event.subject, key);
  if (known->second != key) return violated("the key of booking " + event.subject + " changed to " + key);
  if (cal_.root_of(key) != cal_.root_of(event.subject))
    return violated("booking " + event.subject + " has the key " + key + " of another booking");
  if (!first || event.type != "booking.rescheduled" || !booking->second.parent) return;
  const auto parent = keys_.find(*booking->second.parent);
  if (key == event.subject || (parent != keys_.end() && parent->second != key))
    violated("booking " + event.subject + " was moved and has the key " + key);
}

}  // namespace calsync::sim
