// The rules by which deliveries become what we know, and events (DESIGN §12.2–§12.4), in words.
//
// Who is right. Every field of a booking carries a stamp: how much its telling weighs and how old it is
//   (told.hpp). Age is asOf = min(createdAt, received + 5 min), or the API row's updatedAt. A heavier or newer
//   telling replaces a field; an older one only fills what nobody told. Two tellings of one moment: the
//   greater value. So any order and any repetition of a booking's deliveries ends in the same row. The row as
//   a whole has an asOf too: an older word makes no event, and whatever it fills is told with the next one.
// Weights. CANCELLED and REJECTED are the last word: no webhook revives, however new, and however late they
//   arrive themselves; an API read that is newer does. Where both come, the older one is what happened, for a
//   booking ends once. CREATED, REQUESTED, RESCHEDULED and API rows are words.
//   MEETING_*, RECORDING_*, PAYMENT_INITIATED and PAID are snapshots: they fill, they never correct.
// Events. State triggers emit where a consumer would see a difference, so the same fact through a second
//   subscription emits nothing and A→B→A emits twice. Occurrence triggers emit once per identity. CREATED on a
//   pending booking is `confirmed`, on an unknown one `created`, with a further seat `seat_added`. At most one
//   event in topic bookings per record; all that differs rides in its `changes`.
// Two tellers. What webhook and API spell differently (language, phone, price, responses …) is corrected by
//   its own teller only; an integration's name and its URL are one place; e-mails compare without case.
// Chains. RESCHEDULED and REQUESTED name the old uid: it is cancelled and says `rescheduledTo`, without an
//   event of its own. A booking's key is pinned at its first event: the nearest ancestor's pinned key, else
//   the oldest known ancestor. An ancestor learned later is `booking.linked` under the pinned key.
// Seats. Comings and leavings are sets (seats.cpp). One person's leaving is not the booking's cancellation.
// Asking again. Where a webhook contradicts what is final, and for seats and series, `read_again` names the
//   booking: an authoritative read should decide.
#include "state/events/email.hpp"
#include "state/views/folding.hpp"

#include <algorithm>

namespace calsync {
namespace {

struct Fold {
  Folding& folding;
  void operator()(const Unreadable& bad) const {
    folding.out.summary.outcome = RecordOutcome::quarantined;
    folding.out.summary.reason = bad.reason;
  }
  void operator()(const Nothing&) const { folding.out.summary.outcome = RecordOutcome::nothing; }
  void operator()(const BookingObservation& said) const { fold_booking(folding, said); }
  void operator()(const OooObservation& said) const { fold_ooo(folding, said); }
  void operator()(const FormObservation& said) const { fold_form(folding, said); }
  void operator()(const SystemObservation& said) const { fold_system(folding, said); }
};

Instant as_of(const RawRecord& record, const Observation& seen) {
  const Instant latest = record.received + std::chrono::minutes{5};
  return seen.created_at ? std::min(*seen.created_at, latest) : record.received;
}

void name_people(const Observation& seen, Normalised& out) {
  out.summary.people = seen.people;
  for (const auto& event :
       out.events) {  // an event tells all that is known: also of people from other records
    collect_emails(event.value, out.summary.people);
    for (const auto& state : event.states) collect_emails(state.json, out.summary.people);
  }
  sort_unique(out.summary.people);
}

void name_warnings(const Observation& seen, RecordSummary& summary) {
  for (const auto& warning : seen.warnings)
    summary.reason += (summary.reason.empty() ? "" : "; ") + warning + ", read as null";
}

}  // namespace

Normalised fold(const RawRecord& record, const Observation& observation, ViewTable& views,
                EventSequence first_event) {
  Folding folding{record, observation, views, first_event, as_of(record, observation)};
  if (!record.body) {
    folding.out.summary.outcome = RecordOutcome::erased;
    return std::move(folding.out);
  }
  folding.out.summary.trigger = observation.trigger;
  std::visit(Fold{folding}, observation.said);
  name_warnings(observation, folding.out.summary);
  name_people(observation, folding.out);
  return std::move(folding.out);
}

}  // namespace calsync
