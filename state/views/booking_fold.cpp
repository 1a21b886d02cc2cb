#include "state/events/email.hpp"
#include "state/views/booking_kinds.hpp"
#include "state/views/chain.hpp"
#include "state/views/folding.hpp"

#include <algorithm>

namespace calsync {
namespace {

// The row's name: the uid; where only the number is given, the uid that was seen with it; else "id:<number>".
std::string name_of(Folding& folding, const BookingFacts& facts) {
  if (facts.uid) return *facts.uid;
  if (!facts.id) return {};
  if (auto uid = folding.views.get("i/" + to_text(*facts.id))) return *uid;
  return "id:" + to_text(*facts.id);
}

void hear_status(BookingRow& row, const BookingObservation& said, Stamp by) {
  if (said.kind == BookingKind::paid) by.weight = Weight::hint;  // says ACCEPTED, whatever the booking is
  if (said.kind != BookingKind::seat_cancelled) row.status.hear(said.facts.status, by);
}

// Folds the facts into the row. What the delivery adds to a set (seats, payments, identities) is returned as
// news.
bool hear_all(BookingRow& row, const BookingObservation& said, const Stamp& by) {
  const BookingFacts& facts = said.facts;
  if (said.kind == BookingKind::no_show_updated) {
    for (const auto& person : *facts.attendees) hear_person(row, person, by, false);
    row.id.hear(facts.id, {Weight::snapshot, by.teller, by.as_of});
    return false;
  }
  if (said.kind == BookingKind::seat_cancelled) {
    BookingFacts rest = facts;
    rest.attendees.reset();
    rest.responses.clear();  // the leaver's
    hear(row, rest, by);
    return hear_seat_left(row, facts, by);
  }
  hear(row, facts, by);
  hear_status(row, said, by);
  row.cancellation.hear(facts.cancellation, by);
  if (facts.rescheduled_from && facts.rescheduled_from->uid != row.uid)
    row.rescheduled_from.hear(facts.rescheduled_from, by);
  if (facts.payment) hear_payment(row, *facts.payment, by);
  if (said.kind == BookingKind::paid) return hear_paid(row, facts);
  if (is_occurrence(said.kind)) return hear_occurrence(row, said);
  if (facts.seats_total && adds_seats(said.kind)) return hear_seats(row, facts, by);
  return false;
}

void remember_times(BookingRow& row, BookingKind kind, const Stamp& by) {
  if (!is_word(kind)) return;
  row.announced = true;
  row.as_of = std::max(row.as_of, by.as_of);
  if (by.teller == Teller::api) row.api_as_of = std::max(row.api_as_of, by.as_of);
}

// When it happened: a meeting at its time, all else when Cal.com said so.
Instant occurred(const Folding& folding, const BookingObservation& said) {
  if (said.kind == BookingKind::meeting_started) return said.facts.start.value_or(folding.as_of);
  if (said.kind == BookingKind::meeting_ended) return said.facts.end.value_or(folding.as_of);
  return folding.as_of;
}

void ask_again(Folding& folding, const BookingObservation& said, const Before& before,
               const BookingRow& row) {
  const bool contradicts = before.announced && is_word(said.kind) && before.final() &&
                           !is_final(said.facts.status) && folding.as_of > before.as_of;
  const bool late_end =
      before.announced && !before.final() && is_final(row.status.value) && folding.as_of < before.as_of;
  const bool two_ends = said.kind != BookingKind::api_row && ends_otherwise(said.kind, before);
  const bool seated = row.seats_total.value.has_value() &&
                      (said.kind == BookingKind::seat_cancelled || adds_seats(said.kind));
  const bool rest_of_series = said.facts.series && is_final(said.facts.status);
  if (!row.uid.empty() && (contradicts || late_end || two_ends || seated || rest_of_series))
    folding.out.summary.read_again = BookingUid{row.uid};
}

// A delivery about a booking that it does not name: an event of its own, nothing to remember but that it
// came.
void fold_nameless(Folding& folding, const BookingObservation& said) {
  const std::string identity = std::string(type_of_occurrence(said.kind)) + "/" + said.identity;
  if (!first_time(folding, identity)) return folding.no_change("known already");
  BookingRow row;
  hear_all(row, said, {Weight::snapshot, Teller::webhook, folding.as_of});
  const auto rendered = render(row, {});
  const std::string name = "raw/" + std::to_string(folding.record.sequence.value());
  folding.out.summary.subject = name;
  emit(folding, {Topic::bookings, name, std::string(type_of_occurrence(said.kind)), name,
                 occurred(folding, said), rendered.json, "detail", said.detail});
}

// Each time that it is told, not the first time only: the stamp on the old booking must not depend on which
// telling came first.
bool tells_parent(const BookingFacts& facts, const BookingRow& row) {
  return facts.rescheduled_from && row.rescheduled_from.value && !row.uid.empty() &&
         facts.rescheduled_from->uid == row.rescheduled_from.value->uid;
}

struct Subject {
  std::string name;
  std::optional<std::string> bytes;  // the row as it was
  BookingRow row;
};

Subject load(Folding& folding, const BookingFacts& facts) {
  Subject subject;
  subject.name = name_of(folding, facts);
  subject.bytes = folding.views.get(booking_row_key(subject.name));
  if (subject.bytes) subject.row = read_booking_row(subject.name, *subject.bytes);
  if (!subject.name.starts_with("id:")) subject.row.uid = subject.name;
  return subject;
}

void store(Folding& folding, Subject& subject, const Before& before) {
  std::string bytes = encode(subject.row);
  if (subject.bytes != bytes) folding.views.put(booking_row_key(subject.name), std::move(bytes));
  if (!before.id_known && subject.row.id.value && !subject.row.uid.empty())
    folding.views.put("i/" + to_text(*subject.row.id.value), subject.row.uid);
}

}  // namespace

void fold_booking(Folding& folding, const BookingObservation& said) {
  Subject subject = load(folding, said.facts);
  if (subject.name.empty()) return fold_nameless(folding, said);
  BookingRow& row = subject.row;
  folding.out.summary.subject = subject.name;
  const Teller teller = said.kind == BookingKind::api_row ? Teller::api : Teller::webhook;
  const Stamp by{weight_of(said.kind), teller,
                 teller == Teller::api ? said.updated_at.value_or(folding.as_of) : folding.as_of};
  if (teller == Teller::webhook && !is_occurrence(said.kind) && by.as_of < row.api_as_of)
    return folding.no_change("older than the last API read");

  const Before before(row);
  const auto looked =
      subject.bytes ? render(row, walk_up(folding.views, row, subject.name).root) : RenderedBooking{};
  const bool news = hear_all(row, said, by);
  remember_times(row, said.kind, by);
  ask_again(folding, said, before, row);

  std::optional<BookingRow> old;
  if (tells_parent(said.facts, row)) {
    // So that the walk up from the old one can meet it.
    folding.views.put(booking_row_key(subject.name), encode(row));
    old = mark_rescheduled(folding.views, row.rescheduled_from.value->uid, row.uid,
                           {Weight::last_word, teller, by.as_of});
  }
  const Chain chain = walk_up(folding.views, row, subject.name);
  const auto looks = render(row, chain.root);
  const bool differs = looked.json != looks.json;
  const std::string changes =
      subject.bytes && differs
          ? changes_between(looked, looks, read_booking_row(subject.name, *subject.bytes), row)
          : "[]";
  const auto type = name_event(said.kind, before, row, {news, changes != "[]", by.as_of < before.as_of});
  if (type.empty()) {
    folding.no_change(std::string(why_no_event(said.kind, before, by.as_of)));
    return store(folding, subject, before);
  }
  row.key = chain.key;
  pin(folding.views, chain);
  store(folding, subject, before);
  std::vector<StateValue> states;
  if (!row.uid.empty()) states.push_back({BookingUid{row.uid}, looks.json});
  if (old)
    states.push_back({BookingUid{old->uid}, render(*old, walk_up(folding.views, *old, old->uid).root).json});
  emit(folding, {Topic::bookings, chain.key, std::string(type), subject.name, occurred(folding, said),
                 looks.json, "detail", said.detail, changes, std::move(states)});
}

}  // namespace calsync
