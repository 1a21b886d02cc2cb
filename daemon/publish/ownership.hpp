// May this log publish, and from where? Pure: what the log notes against what the cursor in Kafka says
// (RELIABILITY §3.2).
#pragma once
#include "connectors/kafka/cursor.hpp"

#include <functional>
#include <optional>

namespace calsync {

// Kept in the log's notes, per topic prefix (another prefix is another history): `publisher.claim.PREFIX`
// once its transaction is committed, `publisher.pending.PREFIX` before that.
struct Claim {
  std::uint64_t generation = 0;
  std::string nonce;
  std::map<std::string, int> partitions;
  std::string place{};  // the directory that the log was in (directory_identity); empty: not known
  friend bool operator==(const Claim&, const Claim&) = default;
};
std::string claim_note(const std::string& prefix);
std::string pending_note(const std::string& prefix);
std::string encode(const Claim& claim);
Result<Claim> decode_claim(std::string_view text);  // fails: corrupt

bool is_claim(const Claim& claim, const CursorRecord& cursor);  // this claim's transaction wrote this cursor

struct LogSide {
  LogId log;
  std::optional<Claim> held, pending;
  std::string place{};  // the directory that the log is in; empty: not known
  EventSequence head;
  EventSequence cut{};                                   // events up to here were trimmed
  std::function<Result<Digest>(EventSequence)> hash_at;  // in the log's chain, from the cut on
  bool takeover = false;
  std::optional<std::uint64_t> accept_cursor;
};

struct CursorVerdict {
  enum class Kind : std::uint8_t { go_on, refuse, superseded } kind = Kind::go_on;
  Error why{};  // for refuse and superseded: what, and the cure
  EventSequence after{};
  Digest hash{};
  std::uint64_t generation = 0;  // for the next claim
};

// Before anybody is fenced: refuses only what a later look could not turn right.
CursorVerdict judge_peek(const LogSide& log, const std::optional<CursorRecord>& cursor);
// After init, when the cursor is exact. `partitions`: as they are now. `occupied`: a topic with records, if
// there is no cursor.
CursorVerdict judge_cursor(const LogSide& log, const std::optional<CursorRecord>& cursor,
                           const std::map<std::string, int>& partitions,
                           const std::optional<std::string>& occupied);

}  // namespace calsync
