// The bytes of every record, format 1 (DESIGN §12.5). Pure but for the random keys, which the caller brings.
//
//   raw    format u8=1, sequence, source u8, source id, content type, received ms  | sealed body | hash
//   event  format u8=1, sequence, raw sequence, topic u8, origin u8, time ms, key sequence, key, type,
//          subject, caused by                           | sealed value and states | hash
//
// What stands before the first bar is plain and is the sealed part's additional data: a body moved under
// another header does not open. hash = SHA-256(hash of the record before || all bytes before the hash): over
// ciphertext, so that a destroyed key does not break the chain.
#pragma once
#include "state/events/event_record.hpp"
#include "state/events/raw_delivery.hpp"
#include "state/store/event_log.hpp"
#include "state/views/normalise.hpp"

namespace calsync::store {

inline constexpr std::uint8_t record_format = 1;
// An event that this log had lost and Kafka told again (`log rejoin`): its hash is the one that Kafka has. It
// cannot be computed, since the lost seal was under another key; what follows is chained to it as ever.
inline constexpr std::uint8_t told_format = 2;

struct Encoded {
  std::string bytes;  // as stored, the hash at the end
  Digest hash{};
  bool told = false;  // by Kafka: the hash is not of these bytes
};

// Fails: rejected, for a text that does not fit its field.
Result<void> check_fits(const RawDelivery& delivery);
Result<void> check_fits(const EventRecord& event);

Encoded encode_raw(RawSequence sequence, const RawDelivery& delivery, const SealKey& key,
                   const Digest& previous);
Encoded encode_event(const EventRecord& event, const SealKey& key, const Digest& previous);
Encoded encode_told_event(const EventRecord& event, const SealKey& key, const Digest& told);
// An event whose key was destroyed: the sealed bytes stand as they stood.
Encoded encode_erased_event(const EventRecord& event, std::string_view sealed, const Digest& previous);
Encoded encode_erased_told_event(const EventRecord& event, std::string_view sealed, const Digest& told);

// The row of an event in `keys`, as told by Kafka: the key, then the hash.
std::string told_key_row(const SealKey& key, const Digest& told);
struct KeyRow {
  SealKey key{};
  std::optional<Digest> told;
};
std::optional<KeyRow> read_key_row(std::string_view row);  // nullopt: there is none, or it was destroyed

struct Sealed {  // the parts of a stored record; views into it
  std::string_view header;
  std::string_view sealed;
  std::string_view before_hash;
  Digest hash{};
  bool told = false;  // by Kafka
};
Digest chain(const Digest& previous, std::string_view before_hash);
inline bool follows(const Digest& previous, const Sealed& parts) {
  return parts.told || chain(previous, parts.before_hash) == parts.hash;
}

// `key_row` is the record's row in `keys`. Fails: corrupt, foreign (a record format that this program does
// not know).
Result<RawRecord> decode_raw(RawSequence sequence, std::string_view stored, std::string_view key_row);
Result<StoredEvent> decode_event(EventSequence sequence, std::string_view stored, std::string_view key_row);
// Header and hash alone, nothing opened.
Result<Sealed> split_raw(RawSequence sequence, std::string_view stored);
Result<Sealed> split_event(EventSequence sequence, std::string_view stored);

// Without `people`: those are only in the person index.
std::string encode_summary(const RecordSummary& summary);
Result<RecordSummary> decode_summary(std::string_view stored);

std::string encode_quarantine(std::string_view reason);
Result<QuarantineEntry> decode_quarantine(RawSequence sequence, std::string_view stored);

std::string encode_head(const LogHead& head);
Result<LogHead> decode_head(std::string_view stored);

}  // namespace calsync::store
