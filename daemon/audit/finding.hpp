// What an audit finds. Pure.
#pragma once
#include "state/base/ids.hpp"

#include <optional>
#include <string>
#include <vector>

namespace calsync::audit {

enum class Weight : std::uint8_t {
  now,      // wrong as it is: exit 2
  pending,  // too young to be called wrong: the next poll or transaction is not due yet
  history,  // was wrong, or was silent, and is repaired
};
const char* to_text(Weight weight);

// The kinds, each with what it means.
//   missed        a booking or a change of one that the API shows and the log does not
//   vanished      a booking that the log has and Cal.com no longer; once booking.vanished has told it: history
//   unpublished   an event of the log that Kafka does not have
//   doubled       an event that Kafka has twice
//   out_of_order  an event that stands in Kafka behind a later one, or with a wrong number in its key's row
//   differs       an event, or a booking's state, that Kafka has otherwise than the log
//   not_announced a change that only a poll told, or a booking of which the first webhook told its end: a webhook was lost
//   silent        a change that only a poll told, of a kind that Cal.com never announces
//   late          a webhook that came after a poll had told the same
//   repeated      a webhook that told what another had told already, or the very bytes of one once more
//   disordered    a webhook that came after a later one of the same booking or its reschedule chain
struct Finding {
  Weight weight = Weight::now;
  std::string kind;
  std::string booking;  // its uid; else the event's subject
  std::string what;     // for a person; field names and states, never names of people
  std::optional<RawSequence> raw{};
  std::optional<EventSequence> event{};
};

struct Counts {
  std::size_t now = 0, pending = 0, history = 0;
};
Counts count(const std::vector<Finding>& findings);
// By weight, then as they were found.
void sort_by_weight(std::vector<Finding>& findings);

}  // namespace calsync::audit
