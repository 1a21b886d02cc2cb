// The small rows: summary, quarantine, head.
#include "state/store/bytes.hpp"
#include "state/store/records.hpp"

#include <algorithm>

namespace calsync::store {
namespace {

constexpr std::uint8_t row_format = 1;
constexpr std::size_t reason_max = 1024;

Error damaged(const char* what) {
  return Error{Errc::corrupt, std::string(what) + " row: its bytes do not add up"};
}

void read_digest(ByteReader& in, Digest& out) {
  std::ranges::copy(in.bytes(out.size()), out.begin());
}

std::string_view cut(std::string_view text) {
  return text.substr(0, reason_max);
}

}  // namespace

std::string encode_summary(const RecordSummary& summary) {
  ByteWriter out;
  out.u8(row_format).u8(static_cast<std::uint8_t>(summary.outcome)).text16(cut(summary.trigger));
  out.text16(cut(summary.subject)).text16(cut(summary.reason)).u8(summary.read_again ? 1 : 0);
  if (summary.read_again) out.text16(cut(summary.read_again->value()));
  return out.take();
}

Result<RecordSummary> decode_summary(std::string_view stored) {
  ByteReader in(stored);
  if (in.u8() != row_format) return damaged("summary");
  RecordSummary summary;
  const std::uint8_t outcome = in.u8();
  summary.outcome = static_cast<RecordOutcome>(outcome);
  summary.trigger = in.text16();
  summary.subject = in.text16();
  summary.reason = in.text16();
  const std::uint8_t has_read_again = in.u8();
  if (has_read_again == 1) summary.read_again = BookingUid{std::string(in.text16())};
  const bool known = outcome >= static_cast<std::uint8_t>(RecordOutcome::event) &&
                     outcome <= static_cast<std::uint8_t>(RecordOutcome::erased);
  if (!in.complete() || !known || has_read_again > 1) return damaged("summary");
  return summary;
}

std::string encode_quarantine(std::string_view reason) {
  return ByteWriter{}.u8(row_format).u32(normaliser_version).text16(cut(reason)).take();
}

Result<QuarantineEntry> decode_quarantine(RawSequence sequence, std::string_view stored) {
  ByteReader in(stored);
  if (in.u8() != row_format) return damaged("quarantine");
  QuarantineEntry entry;
  entry.sequence = sequence;
  entry.normaliser_version = in.u32();
  entry.reason = in.text16();
  if (!in.complete()) return damaged("quarantine");
  return entry;
}

std::string encode_head(const LogHead& head) {
  ByteWriter out;
  out.u8(row_format).u64(head.raw.value()).bytes(view(head.raw_hash));
  out.u64(head.event.value()).bytes(view(head.event_hash)).u64(head.normalised.value());
  return out.take();
}

Result<LogHead> decode_head(std::string_view stored) {
  ByteReader in(stored);
  if (in.u8() != row_format) return damaged("head");
  LogHead head;
  head.raw = RawSequence{in.u64()};
  read_digest(in, head.raw_hash);
  head.event = EventSequence{in.u64()};
  read_digest(in, head.event_hash);
  head.normalised = RawSequence{in.u64()};
  if (!in.complete()) return damaged("head");
  return head;
}

}  // namespace calsync::store
