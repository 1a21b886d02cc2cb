// How a request ends: its label in the metrics and the bytes of its answer. Pure.
#pragma once
#include "connectors/http/request_policy.hpp"
#include "connectors/webhook/listener.hpp"

#include <string>

namespace calsync {

enum class IntakeOutcome {
  accepted,
  duplicate,
  bad_signature,
  throttled,    // bad signature from a client that sent too many
  malformed,    // 400, 505
  not_found,    // path or source
  method,       // 405
  no_length,    // 411
  too_large,    // 413, 414, 431
  timeout,      // 408
  full,         // 503: the log's queue or the memory for bodies, after waiting
  unwritable,   // 503: disk full, an I/O error, the log closed
  gone,         // the client left in the middle
  push,         // the configuration repository has a new commit
  other_event,  // its host tells of something else
};
inline constexpr std::size_t intake_outcomes = 15;
const char* to_text(IntakeOutcome outcome);
IntakeOutcome outcome_of_status(unsigned refused_status);

// What our answers tell a client that keeps its connection (`Keep-Alive: timeout=`). We keep it far longer,
// so that a client that heeds it never sends into a connection that is just being closed.
inline constexpr std::chrono::seconds keep_alive_hint{4};

// Appends to `out`. `date`: IMF-fixdate (RFC 9110 §5.6.7).
void write_accepted(std::string& out, RawSequence sequence, std::string_view date, bool keep_alive);
// `heard`: else it is answered as well, and ignored.
void write_push_heard(std::string& out, bool heard, std::string_view date, bool keep_alive);
void write_refusal(std::string& out, const RequestRefusal& refusal, std::string_view date,
                   std::chrono::seconds retry_after = {});
std::string http_date(Instant at);

inline constexpr RequestRefusal bad_signature_refusal{401, "the signature is missing or wrong"};

}  // namespace calsync
