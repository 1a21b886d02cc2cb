// The rules by which deliveries become what we know, and events (DESIGN §12.2–§12.4), in words.
//
// Who is right. Every field of a booking carries a stamp: how much its telling weighs and how old it is
//   (told.hpp). A heavier or newer telling replaces a field; an older one only fills what nobody told. Two
//   tellings of one moment: the greater value. So any order and any repetition of a booking's deliveries ends
//   in the same row. The row as a whole has an asOf too: an older word neither revives nor names anything; what
//   it fills is `changed`.
// Age is asOf = min(createdAt, received + 5 min), or the API row's updatedAt: a sender whose clock is ahead
//   cannot freeze a booking. This goes beyond the letter of DESIGN §12.3 where our own clock is wrong (P28): as
//   long as it is more than 5 min behind what it once was (the row `clock` of the views keeps the highest
//   `received`), it judges nobody, and createdAt counts as it is. With it as the limit, every word that came
//   then would be older than all before, and with its highest value as the limit all words of that time would
//   be equally old. The mark moves with what the log holds, so a rebuild makes the same of it. What remains: a
//   clock that was wrong from the log's first record on, and a sender that is ahead while ours is behind.
// Weights. CANCELLED and REJECTED are the last word: no webhook revives, however new, and however late they
//   arrive themselves; an API read that is newer does. Where both come, the older one is what happened, for a
//   booking ends once. CREATED, REQUESTED, RESCHEDULED and API rows are words. MEETING_*, RECORDING_*,
//   PAYMENT_INITIATED and PAID are snapshots: they fill, they never correct.
// Events. State triggers emit where a consumer would see a difference, so the same fact through a second
//   subscription emits nothing and A→B→A emits twice. Occurrence triggers emit once per identity. CREATED on a
//   pending booking is `confirmed`, on an unknown one `created`, with a further seat `seat_added`. At most one
//   event in topic bookings per record; all that differs rides in its `changes`. Where a delivery changes what
//   a consumer sees and no other name fits, it is `changed`: also a copy that fills, and a word that contradicts
//   an end. So the last value in booking-state is what is known (but for the case of letters in e-mails).
// Names. A booking is known by its uid; where only its number was told, by that, until a delivery names both:
//   what was kept under the number is then the uid's (numbered.hpp), with the key that is pinned.
// Two tellers. What webhook and API spell differently (language, phone, price, responses …) is corrected by
//   its own teller only; an integration's name and its URL are one place; e-mails compare without case.
// Chains. RESCHEDULED and REQUESTED name the old uid: it is cancelled and says `rescheduledTo`, without an
//   event of its own; so is each that was ever named. A booking's key is pinned at its first event: the nearest
//   ancestor's pinned key, else the oldest known ancestor. An ancestor learned later is `booking.linked` under
//   the pinned key; the bookings below it name another root, so their state is told with it.
// Seats. Comings and leavings are sets (seats.cpp). One person's leaving is not the booking's cancellation.
// Limits. A booking that would grow beyond booking_limits.hpp quarantines the delivery, whatever the order.
// Asking again. Where a webhook contradicts what is final, and for seats and series, `read_again` names the
//   booking: an authoritative read should decide.
#include "state/events/email.hpp"
#include "state/views/folding.hpp"
#include "state/views/value_codec.hpp"

#include <algorithm>

namespace calsync {
namespace {

struct Fold {
  Folding& folding;
  void operator()(const Unreadable& bad) const { folding.quarantine(bad.reason); }
  void operator()(const Nothing&) const { folding.out.summary.outcome = RecordOutcome::nothing; }
  void operator()(const BookingObservation& said) const {
    ViewTable own(static_cast<ViewSource&>(folding.views));  // dropped where the booking grows beyond a limit
    Folding inner{folding.record, folding.seen,          own, folding.first_event, folding.latest,
                  folding.as_of,  std::move(folding.out)};
    fold_booking(inner, said);
    folding.out = std::move(inner.out);
    if (folding.out.summary.outcome != RecordOutcome::quarantined) folding.views.apply(own.take());
  }
  void operator()(const OooObservation& said) const { fold_ooo(folding, said); }
  void operator()(const FormObservation& said) const { fold_form(folding, said); }
  void operator()(const SystemObservation& said) const { fold_system(folding, said); }
};

constexpr std::chrono::minutes tolerance{5};

bool is_behind(Instant received, Instant mark) {
  return received + tolerance < mark;
}

Folding folding_of(const RawRecord& record, const Observation& seen, ViewTable& views,
                   EventSequence first_event) {
  const Instant mark = note_received(views, record.received);
  const bool behind = is_behind(record.received, mark);
  Folding folding{record, seen, views, first_event, std::nullopt, behind ? mark : record.received};
  if (!behind) folding.latest = mark + tolerance;
  if (seen.created_at) folding.as_of = folding.believed(*seen.created_at);
  return folding;
}

void name_people(const Observation& seen, Normalised& out) {
  out.summary.people = seen.people;
  // An event tells all that is known: also of people from other records.
  for (const auto& event : out.events) {
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

// To the second: a burst of deliveries does not write the row for each.
Instant note_received(ViewTable& views, Instant received) {
  constexpr std::string_view row = "clock";
  std::optional<Instant> mark;
  if (const auto known = views.get(row)) {
    std::string_view bytes(*known);
    if (!take(bytes, mark.emplace())) throw ViewDamaged(std::string(row));
  }
  if (mark && received < *mark + std::chrono::seconds{1}) return std::max(*mark, received);
  std::string bytes;
  put(bytes, received);
  views.put(std::string(row), std::move(bytes));
  return received;
}

Normalised fold(const RawRecord& record, const Observation& observation, ViewTable& views,
                EventSequence first_event) {
  Folding folding = folding_of(record, observation, views, first_event);
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
