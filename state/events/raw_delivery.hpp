// What arrived, byte for byte, with where and when. The only truth: everything else is rebuilt from it.
#pragma once
#include "state/base/crypto.hpp"
#include "state/base/ids.hpp"
#include "state/base/time.hpp"

#include <optional>
#include <string>

namespace calsync {

enum class RecordSource : std::uint8_t {  // numbers are on disk: never reuse one
  webhook = 1,
  poll = 2,
  apply = 3,
  rejoin = 4,
  retry = 5,  // a person asked to read a quarantined record again; the body names it
};
const char* to_text(RecordSource source);

struct RawDelivery {
  RecordSource source = RecordSource::webhook;
  SourceId source_id;        // intake.sources[].id; empty for others
  std::string content_type;  // as sent, at most 128 bytes
  Instant received;          // wall clock at arrival; a stamp, not an order
  std::string body;
};

// The replay defence (P6): SHA-256(source id length || source id || body). Webhooks only.
Digest delivery_identity(const RawDelivery& delivery);

struct RawRecord {
  RawSequence sequence;
  RecordSource source = RecordSource::webhook;
  SourceId source_id;
  std::string content_type;
  Instant received;
  std::optional<std::string> body;  // nullopt: erased on request (DESIGN §12.5)
  Digest hash{};                    // chain: SHA-256(previous hash || record as stored)
  // The version of the normaliser that the log notes for this place: a record up to head().normalised was
  // read by it. 0: none yet.
  std::uint32_t noted_version = 0;
};

}  // namespace calsync
