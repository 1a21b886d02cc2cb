// A raw record of source `rejoin` → the very events that Kafka has, and the views that they tell of.
#include "daemon/project/read_rejoin.hpp"

#include "daemon/project/told_event.hpp"
#include "state/events/email.hpp"
#include "state/views/retell.hpp"

namespace calsync {
namespace {

constexpr const char* waiting_row = "rejoin/waiting";

Error does_not_follow(const RawRecord& record, EventSequence told, EventSequence next) {
  return Error{Errc::corrupt, "raw record " + std::to_string(record.sequence.value()) + " tells event " +
                                  std::to_string(told.value()) + " where " + std::to_string(next.value()) +
                                  " should come: restore the backup anew"};
}

Result<void> read_events(const RawRecord& record, const RejoinRecord& told, ViewTable& views,
                         EventSequence first_event, Normalised& out) {
  out.summary.outcome = RecordOutcome::event;
  for (const KafkaEvent& kafka : told.events) {
    CALSYNC_TRY(one, "rejoin", read_told(kafka));
    const EventSequence next{first_event.value() + out.events.size()};
    if (one.event.sequence != next) return does_not_follow(record, one.event.sequence, next);
    one.event.raw = record.sequence;
    if (const std::string lost = retell(record, one.event, views); !lost.empty())
      out.summary.reason = "told by Kafka; the view differs in: " + lost;
    out.summary.subject = one.event.subject;
    collect_emails(one.event.value, out.summary.people);
    for (const StateValue& state : one.event.states) collect_emails(state.json, out.summary.people);
    out.events.push_back(std::move(one.event));
  }
  sort_unique(out.summary.people);
  return {};
}

}  // namespace

bool waits_for_rejoin(ViewTable& views) {
  return views.get(waiting_row).has_value();
}

Result<Normalised> read_rejoin(const RawRecord& record, ViewTable& views, EventSequence first_event) {
  Normalised out;
  CALSYNC_TRY(told, "rejoin", decode_rejoin(*record.body));
  switch (told.kind) {
    case RejoinRecord::Kind::end:
      views.erase(waiting_row);
      return out;
    case RejoinRecord::Kind::lost:
      out.summary.reason =
          "record " + std::to_string(told.raw.value()) + " was acknowledged, and no event in Kafka names it";
      break;
    case RejoinRecord::Kind::events:
      CALSYNC_CHECK("rejoin", read_events(record, told, views, first_event, out));
      break;
    case RejoinRecord::Kind::waiting:
      break;
  }
  views.put(waiting_row, "");
  return out;
}

}  // namespace calsync
