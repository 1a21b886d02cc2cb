// The cursor record: how far the log is published, by whom. Written in the transaction of the events that it
// covers, to a compacted topic with one partition, key = log id (RELIABILITY §3.2). Pure.
#pragma once
#include "state/base/crypto.hpp"
#include "state/base/error.hpp"
#include "state/base/ids.hpp"
#include "state/base/time.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace calsync {

struct CursorRecord {
  LogId log;
  std::uint64_t generation = 0;  // grows by one with each claim
  std::string nonce;             // of that claim: two copies of a log cannot both make the same claim
  std::string instance;          // of the process; for people
  EventSequence sequence;        // every event up to here is in Kafka
  Digest hash{};                 // of that event in the log's chain
  std::map<std::string, int> partitions;  // topic without prefix → count: keys move when it changes
  Instant at;
  friend bool operator==(const CursorRecord&, const CursorRecord&) = default;
};

std::string encode(const CursorRecord& cursor);  // JSON, "format": "calsync.cursor/1"
// Additive fields are skipped. Fails: corrupt; foreign where the format is newer.
Result<CursorRecord> decode_cursor(std::string_view text);

}  // namespace calsync
