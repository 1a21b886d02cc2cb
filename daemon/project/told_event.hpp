// An event as Kafka tells it, and the raw records of source `rejoin` that hold such (DESIGN §12.5). Pure.
//
// After a restore the log lacks what came behind its backup. `log rejoin` appends, for each raw record that was
// lost, in order: what Kafka has of it, or that Kafka tells nothing of it; then the end. So a rebuild meets them
// at the same place and makes the very same events. Bodies, JSON:
//   {"waiting":true}                              a daemon took records in before the rejoin
//   {"lost":N}                                    N was acknowledged; no event in Kafka names it
//   {"raw":N,"events":[{"topic","key","headers":{…},"value","states":[{"uid","value"}]}…]}
//   {"end":true}
// From the first of them to the end, all other records wait in quarantine; the rejoin asks for them again then.
#pragma once
#include "state/events/event_record.hpp"

#include <map>

namespace calsync {

struct KafkaEvent {
  Topic topic = Topic::bookings;
  std::string key;
  std::map<std::string, std::string, std::less<>> headers;
  std::string value;
  std::vector<StateValue> states;  // of booking-state, with the same ce_sequence; json empty: a tombstone
};

struct ToldEvent {
  EventRecord event;  // event.raw: as told, of the log that was lost
  Digest hash{};
  LogId log;
};
Result<ToldEvent> read_told(const KafkaEvent& told);  // fails: foreign, naming the header that is not ours

struct RejoinRecord {
  enum class Kind : std::uint8_t { waiting, lost, events, end } kind = Kind::end;
  RawSequence raw;  // lost, events: the number that it had
  std::vector<KafkaEvent> events;
};
std::string encode(const RejoinRecord& record);
Result<RejoinRecord> decode_rejoin(std::string_view body);  // fails: foreign

}  // namespace calsync
