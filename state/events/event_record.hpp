// One domain event, complete: what is in the log's evt family and what a consumer reads from Kafka.
// The value bytes are made once, by the normaliser, and travel unchanged.
#pragma once
#include "state/base/crypto.hpp"
#include "state/base/ids.hpp"
#include "state/base/time.hpp"

#include <optional>
#include <string>
#include <vector>

namespace calsync {

enum class Topic : std::uint8_t {
  bookings = 1,
  ooo = 2,
  forms = 3,
  system = 4,
  config = 5
};                                 // numbers are on disk
const char* to_text(Topic topic);  // "bookings": the name after the prefix
inline constexpr Topic all_topics[] = {Topic::bookings, Topic::ooo, Topic::forms, Topic::system,
                                       Topic::config};

enum class Origin : std::uint8_t { webhook = 1, poll = 2, apply = 3 };  // numbers are on disk
const char* to_text(Origin origin);

// A booking as the compacted topic `booking-state` shows it: key uid, value the JSON of the booking alone.
struct StateValue {
  BookingUid uid;
  std::string json;
};

struct EventRecord {
  EventSequence sequence;
  RawSequence raw;  // the record it was made from
  Topic topic = Topic::bookings;
  EventKey key;
  KeySequence key_sequence;  // gapless per (topic, key), from 1
  std::string type;          // "booking.created"; ce_type is "calsync." + type
  std::string subject;       // ce_subject, never empty
  Instant time;              // ce_time
  Origin origin = Origin::webhook;
  std::string caused_by;  // empty: nothing known
  std::string value;      // JSON, UTF-8; empty only where `erased`
  std::vector<StateValue> states;
  bool erased = false;  // the key of its seal was destroyed on request
};

struct StoredEvent {
  EventRecord event;
  Digest hash{};  // chain: SHA-256(previous hash || record as stored); ce_recordhash
};

}  // namespace calsync
