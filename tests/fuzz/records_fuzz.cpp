// What lies on disk: decoders of damaged bytes, and records that are written and read again. The first byte decides which.
#include "state/store/records.hpp"
#include "tests/fuzz/same_states.hpp"

#include <algorithm>
#include <string>

using namespace calsync;
using namespace calsync::store;

namespace {

const SealKey key = [] {
  SealKey out{};
  out.fill(7);
  return out;
}();
const std::string key_row(reinterpret_cast<const char*>(key.data()), key.size());

void read_damaged(std::string_view bytes) {
  if (const auto raw = split_raw(RawSequence{9}, bytes))
    fuzz::must(raw->header.size() + raw->sealed.size() <= bytes.size(), "parts lie within the record");
  if (const auto event = split_event(EventSequence{9}, bytes))
    fuzz::must(event->header.size() + event->sealed.size() <= bytes.size(), "parts lie within the record");
  fuzz::must(!decode_raw(RawSequence{9}, bytes, key_row), "bytes that nobody sealed are no record");
  fuzz::must(!decode_event(EventSequence{9}, bytes, key_row), "bytes that nobody sealed are no event");
}

void write_and_read_raw(std::string_view text) {
  RawDelivery sent;
  const std::size_t at = text.size() / 4;
  sent.source_id = SourceId{std::string(text.substr(0, at))};
  sent.content_type = text.substr(at, at);
  sent.received = Instant{std::chrono::milliseconds{1'800'000'000'123}};
  sent.body = text.substr(2 * at);
  if (!check_fits(sent)) return;
  const auto back = decode_raw(RawSequence{9}, encode_raw(RawSequence{9}, sent, key, {}).bytes, key_row);
  fuzz::must(back && back->body == sent.body && back->source_id == sent.source_id &&
                 back->content_type == sent.content_type,
             "a record that fits comes back as it was");
}

void write_and_read_event(std::string_view text) {
  EventRecord event;
  const std::size_t at = text.size() / 4;
  event.sequence = EventSequence{9};
  event.raw = RawSequence{9};
  event.key = EventKey{std::string(text.substr(0, at))};
  event.type = text.substr(at, at);
  event.subject = text.substr(2 * at, at);
  event.value = text.substr(3 * at);
  event.states = {{BookingUid{event.subject}, event.value}};
  if (!check_fits(event)) return;
  const auto back = decode_event(EventSequence{9}, encode_event(event, key, {}).bytes, key_row);
  fuzz::must(back && back->event.key == event.key && back->event.type == event.type &&
                 back->event.subject == event.subject && back->event.value == event.value &&
                 fuzz::same_states(back->event.states, event.states),
             "an event that fits comes back as it was");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes = fuzz::text_of(data + 1, std::min<std::size_t>(size - 1, 65536));
  switch (data[0] % 6) {
    case 0:
      read_damaged(bytes);
      break;
    case 1:
      if (const auto summary = decode_summary(bytes)) {
        const std::string written = encode_summary(*summary);
        const auto again = decode_summary(written);
        fuzz::must(again && encode_summary(*again) == written, "a summary that was read is written and read");
        fuzz::must(*to_text(summary->outcome) != '\0', "its outcome has a name");
      }
      break;
    case 2:
      if (const auto entry = decode_quarantine(RawSequence{9}, bytes))
        fuzz::must(decode_quarantine(RawSequence{9}, encode_quarantine(entry->reason)).has_value(),
                   "a reason is written and read");
      break;
    case 3:
      if (const auto head = decode_head(bytes))
        fuzz::must(encode_head(*head) == bytes, "a head has one form");
      break;
    case 4:
      write_and_read_raw(bytes);
      break;
    default:
      write_and_read_event(bytes);
  }
  return 0;
}
