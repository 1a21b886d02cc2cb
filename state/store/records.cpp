#include "state/store/records.hpp"

#include "state/store/bytes.hpp"
#include "state/store/keys.hpp"

#include <algorithm>
#include <limits>

namespace calsync::store {
namespace {

constexpr std::size_t text16_max = std::numeric_limits<std::uint16_t>::max();
constexpr std::size_t body_max = 1U << 30U;

std::uint64_t to_bits(Instant instant) {
  return static_cast<std::uint64_t>(instant.time_since_epoch().count());
}
Instant from_bits(std::uint64_t bits) {
  return Instant{std::chrono::milliseconds{static_cast<std::int64_t>(bits)}};
}

Error damaged(const char* kind, std::uint64_t sequence, const std::string& how) {
  return Error{Errc::corrupt, std::string(kind) + " record " + std::to_string(sequence) + ": " + how};
}

Encoded finish(ByteWriter out, std::string_view sealed, const Digest& previous) {
  out.text32(sealed);
  Encoded encoded;
  encoded.hash = chain(previous, out.written());
  encoded.bytes = out.bytes(view(encoded.hash)).take();
  return encoded;
}

Encoded finish_told(ByteWriter out, std::string_view sealed, const Digest& told) {
  out.text32(sealed);
  return {out.bytes(view(told)).take(), told, true};
}

ByteWriter event_header(const EventRecord& event, std::uint8_t format) {
  ByteWriter out;
  out.u8(format).u64(event.sequence.value()).u64(event.raw.value());
  out.u8(static_cast<std::uint8_t>(event.topic))
      .u8(static_cast<std::uint8_t>(event.origin))
      .u64(to_bits(event.time));
  out.u64(event.key_sequence.value()).text16(event.key.value()).text16(event.type).text16(event.subject);
  out.text16(event.caused_by);
  return out;
}

std::string event_content(const EventRecord& event) {
  ByteWriter out;
  out.text32(event.value).u16(static_cast<std::uint16_t>(event.states.size()));
  for (const StateValue& state : event.states) out.text16(state.uid.value()).text32(state.json);
  return out.take();
}

bool read_event_content(std::string_view content, EventRecord& event) {
  ByteReader in(content);
  event.value = in.text32();
  const std::uint16_t states = in.u16();
  for (std::uint16_t i = 0; i < states && in.good(); ++i) {
    StateValue state;
    state.uid = BookingUid{std::string(in.text16())};
    state.json = in.text32();
    event.states.push_back(std::move(state));
  }
  return in.complete();
}

Result<void> check_start(const char* kind, std::uint64_t sequence, ByteReader& in,
                         std::uint8_t newest = record_format) {
  const std::uint8_t format = in.u8();
  if (in.good() && (format < record_format || format > newest))
    return Error{Errc::foreign, std::string(kind) + " record " + std::to_string(sequence) + " has format " +
                                    std::to_string(format) + ", this program knows " +
                                    std::to_string(newest) + ": start the newer calsync that wrote it"};
  if (in.u64() != sequence) return damaged(kind, sequence, "it is another record's");
  return {};
}

// Reads what follows the header: sealed part and hash.
Result<Sealed> read_rest(const char* kind, std::uint64_t sequence, std::string_view stored, ByteReader& in) {
  Sealed parts;
  parts.header = in.read_so_far();
  parts.sealed = in.text32();
  parts.before_hash = in.read_so_far();
  const std::string_view hash = in.bytes(parts.hash.size());
  if (!in.complete())
    return damaged(kind, sequence, "its " + std::to_string(stored.size()) + " bytes do not add up");
  std::ranges::copy(hash, parts.hash.begin());
  return parts;
}

// nullopt: destroyed on request.
Result<std::optional<std::string>> open_seal(const char* kind, std::uint64_t sequence, const Sealed& parts,
                                             std::string_view key_row) {
  const auto key = read_key_row(key_row);
  if (!key && !key_row.empty() && key_row.front() == destroyed_mark) return std::optional<std::string>{};
  if (!key) return damaged(kind, sequence, "the key of its seal is missing");
  if (parts.told && key->told != parts.hash)
    return damaged(kind, sequence, "its hash is not the one that was told");
  auto opened = unseal(key->key, parts.header, parts.sealed);
  if (!opened) return damaged(kind, sequence, "its seal does not open");
  return std::optional(*std::move(opened));
}

Result<Sealed> read_raw_header(RawSequence sequence, std::string_view stored, RawRecord& record) {
  ByteReader in(stored);
  CALSYNC_CHECK("raw header", check_start("raw", sequence.value(), in));
  record.sequence = sequence;
  record.source = static_cast<RecordSource>(in.u8());
  record.source_id = SourceId{std::string(in.text16())};
  record.content_type = in.text16();
  record.received = from_bits(in.u64());
  return read_rest("raw", sequence.value(), stored, in);
}

Result<Sealed> read_event_header(EventSequence sequence, std::string_view stored, EventRecord& event) {
  ByteReader in(stored);
  CALSYNC_CHECK("event header", check_start("event", sequence.value(), in, told_format));
  event.sequence = sequence;
  event.raw = RawSequence{in.u64()};
  event.topic = static_cast<Topic>(in.u8());
  event.origin = static_cast<Origin>(in.u8());
  event.time = from_bits(in.u64());
  event.key_sequence = KeySequence{in.u64()};
  event.key = EventKey{std::string(in.text16())};
  event.type = in.text16();
  event.subject = in.text16();
  event.caused_by = in.text16();
  CALSYNC_TRY(parts, "event", read_rest("event", sequence.value(), stored, in));
  parts.told = stored.front() == static_cast<char>(told_format);
  return parts;
}

}  // namespace

Result<void> check_fits(const RawDelivery& delivery) {
  if (delivery.source_id.value().size() > text16_max || delivery.content_type.size() > text16_max ||
      delivery.body.size() > body_max)
    return Error{
        Errc::rejected,
        "a delivery is too large for the log: source id and content type hold 64 KiB, the body 1 GiB"};
  return {};
}

Result<void> check_fits(const EventRecord& event) {
  const auto fits = [](const std::string& text) { return text.size() <= text16_max; };
  bool ok = fits(event.key.value()) && fits(event.type) && fits(event.subject) && fits(event.caused_by) &&
            event.value.size() <= body_max && event.states.size() <= text16_max;
  for (const StateValue& state : event.states)
    ok = ok && fits(state.uid.value()) && state.json.size() <= body_max;
  if (!ok)
    return Error{Errc::rejected,
                 "event " + std::to_string(event.sequence.value()) + " is too large for the log"};
  return {};
}

Digest chain(const Digest& previous, std::string_view before_hash) {
  Sha256 hash;
  hash.add(view(previous));
  hash.add(before_hash);
  return hash.finish();
}

Encoded encode_raw(RawSequence sequence, const RawDelivery& delivery, const SealKey& key,
                   const Digest& previous) {
  ByteWriter out;
  out.reserve(delivery.body.size() + delivery.source_id.value().size() + delivery.content_type.size() + 96);
  out.u8(record_format).u64(sequence.value()).u8(static_cast<std::uint8_t>(delivery.source));
  out.text16(delivery.source_id.value()).text16(delivery.content_type).u64(to_bits(delivery.received));
  const std::string sealed = seal(key, out.written(), delivery.body);
  return finish(std::move(out), sealed, previous);
}

Encoded encode_event(const EventRecord& event, const SealKey& key, const Digest& previous) {
  ByteWriter out = event_header(event, record_format);
  const std::string sealed = seal(key, out.written(), event_content(event));
  return finish(std::move(out), sealed, previous);
}

Encoded encode_told_event(const EventRecord& event, const SealKey& key, const Digest& told) {
  ByteWriter out = event_header(event, told_format);
  const std::string sealed = seal(key, out.written(), event_content(event));
  return finish_told(std::move(out), sealed, told);
}

Encoded encode_erased_event(const EventRecord& event, std::string_view sealed, const Digest& previous) {
  return finish(event_header(event, record_format), sealed, previous);
}

Encoded encode_erased_told_event(const EventRecord& event, std::string_view sealed, const Digest& told) {
  return finish_told(event_header(event, told_format), sealed, told);
}

std::string told_key_row(const SealKey& key, const Digest& told) {
  return std::string(view(key)).append(view(told));
}

// A destroyed one is one byte, or longer than any key: it holds a whole record.
std::optional<KeyRow> read_key_row(std::string_view row) {
  KeyRow out;
  if (row.size() != sizeof(SealKey) && row.size() != sizeof(SealKey) + sizeof(Digest)) return std::nullopt;
  std::ranges::copy(row.substr(0, sizeof(SealKey)), out.key.begin());
  if (row.size() == sizeof(SealKey)) return out;
  std::ranges::copy(row.substr(sizeof(SealKey)), out.told.emplace().begin());
  return out;
}

Result<RawRecord> decode_raw(RawSequence sequence, std::string_view stored, std::string_view key_row) {
  RawRecord record;
  CALSYNC_TRY(parts, "read record", read_raw_header(sequence, stored, record));
  CALSYNC_TRY(body, "open seal", open_seal("raw", sequence.value(), parts, key_row));
  record.body = std::move(body);
  record.hash = parts.hash;
  return record;
}

Result<StoredEvent> decode_event(EventSequence sequence, std::string_view stored, std::string_view key_row) {
  StoredEvent event;
  CALSYNC_TRY(parts, "read record", read_event_header(sequence, stored, event.event));
  CALSYNC_TRY(content, "open seal", open_seal("event", sequence.value(), parts, key_row));
  if (!content)
    event.event.erased = true;
  else if (!read_event_content(*content, event.event))
    return damaged("event", sequence.value(), "its content does not add up");
  event.hash = parts.hash;
  return event;
}

Result<Sealed> split_raw(RawSequence sequence, std::string_view stored) {
  RawRecord record;
  return read_raw_header(sequence, stored, record);
}

Result<Sealed> split_event(EventSequence sequence, std::string_view stored) {
  EventRecord event;
  return read_event_header(sequence, stored, event);
}

}  // namespace calsync::store
