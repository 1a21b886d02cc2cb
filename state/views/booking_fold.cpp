#include "state/views/booking_kinds.hpp"
#include "state/views/booking_limits.hpp"
#include "state/views/cause.hpp"
#include "state/views/folding.hpp"
#include "state/views/numbered.hpp"

#include <algorithm>
#include <utility>

namespace calsync {
namespace {

void hear_status(BookingRow& row, const BookingObservation& said, Stamp by) {
  if (said.kind == BookingKind::paid) by.weight = Weight::hint;  // says ACCEPTED, whatever the booking is
  if (said.kind != BookingKind::seat_cancelled) row.status.hear(said.facts.status, by);
}

// What one source knows better than the other of the same cancellation and the same link is kept together.
void hear_ends_and_links(BookingRow& row, const BookingFacts& facts, const Stamp& by) {
  std::optional<Cancellation> ended = facts.cancellation;
  if (ended && row.cancellation.value && row.cancellation.stamp.teller != by.teller) {
    if (!ended->reason) ended->reason = row.cancellation.value->reason;
    if (!ended->by) ended->by = row.cancellation.value->by;
    if (!row.cancellation.value->reason) row.cancellation.value->reason = ended->reason;
    if (!row.cancellation.value->by) row.cancellation.value->by = ended->by;
  }
  row.cancellation.hear(ended, by);
  if (!facts.rescheduled_from || facts.rescheduled_from->uid == row.uid) return;
  const auto& known = row.rescheduled_from;
  const bool same = known.value && known.value->uid == facts.rescheduled_from->uid;
  if (!same || known.stamp.teller == by.teller)
    row.rescheduled_from.hear(facts.rescheduled_from, by);
  else if (by.teller == Teller::webhook)  // the API tells the uid only
    row.rescheduled_from.value = facts.rescheduled_from;
}

struct Heard {
  bool news = false;       // the delivery adds to a set (seats, payments, identities)
  bool seat_left = false;  // an API row lists a seat less
};

Heard hear_rest(BookingRow& row, const BookingObservation& said, const Stamp& by) {
  const BookingFacts& facts = said.facts;
  if (facts.payment) hear_payment(row, *facts.payment, by);
  if (said.kind == BookingKind::paid) return {hear_paid(row, facts)};
  if (is_occurrence(said.kind)) return {hear_occurrence(row, said)};
  if (facts.seats_total && adds_seats(said.kind)) return {hear_seats(row, facts, by)};
  const auto seated = [](const PersonFacts& one) { return one.seat_uid.has_value(); };
  const bool seats_listed =
      said.kind == BookingKind::api_row && facts.attendees &&
      (!row.seats.empty() || std::any_of(facts.attendees->begin(), facts.attendees->end(), seated));
  if (!seats_listed || by.as_of < row.api_as_of) return {};
  const SeatsHeard seats = hear_all_seats(row, facts, by);
  return {seats.added, seats.left};
}

// Folds the facts into the row.
Heard hear_all(BookingRow& row, const BookingObservation& said, const Stamp& by) {
  const BookingFacts& facts = said.facts;
  if (said.kind == BookingKind::no_show_updated) {
    const Stamp aside{Weight::snapshot, by.teller,
                      by.as_of};  // how a name is spelt is not what this is about
    const auto keys = keys_of(*facts.attendees);
    for (std::size_t i = 0; i < keys.size(); ++i) {
      PersonFacts person = (*facts.attendees)[i];
      row.people[keys[i]].absent.hear(std::exchange(person.absent, std::nullopt), by);
      hear_person(row, keys[i], person, aside, false);
    }
    row.id.hear(facts.id, aside);
    return {};
  }
  if (said.kind == BookingKind::seat_cancelled) {
    BookingFacts rest = facts;
    rest.attendees.reset();
    rest.responses.clear();  // the leaver's
    hear(row, rest, by);
    return {hear_seat_left(row, facts, by)};
  }
  hear(row, facts, by);
  hear_status(row, said, by);
  hear_ends_and_links(row, facts, by);
  return hear_rest(row, said, by);
}

void remember_times(BookingRow& row, BookingKind kind, const Stamp& by) {
  if (!is_word(kind)) return;
  row.announced = true;
  row.as_of = std::max(row.as_of, by.as_of);
  if (by.teller == Teller::api) row.api_as_of = std::max(row.api_as_of, by.as_of);
  if (by.teller == Teller::webhook) row.heard_hook = true;
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

// A delivery about a booking that it does not name: an event of its own; all to remember is that it came.
void fold_nameless(Folding& folding, const BookingObservation& said) {
  const std::string identity = std::string(type_of_occurrence(said.kind)) + "/" + said.identity;
  if (!first_time(folding, identity)) return folding.no_change("known already");
  BookingRow row;
  hear_all(row, said, {Weight::snapshot, Teller::webhook, folding.as_of});
  if (auto why = too_many(row); !why.empty()) return folding.quarantine(std::move(why));
  const auto rendered = render(row, {});
  const std::string name = "raw/" + std::to_string(folding.record.sequence.value());
  folding.out.summary.subject = name;
  emit(folding, {Topic::bookings, name, std::string(type_of_occurrence(said.kind)), name,
                 occurred(folding, said), rendered.json, "detail", said.detail});
}

// The booking before this delivery, and what consumers saw of it.
struct Subject {
  std::string name;
  BookingRow row;
  std::optional<std::string> bytes;    // the row as it was
  std::optional<BookingRow> numbered;  // what was kept under the number alone, and is now part of the row
};

Subject load(Folding& folding, const BookingFacts& facts) {
  Subject subject;
  subject.name = name_of(folding.views, facts);
  subject.bytes = folding.views.get(booking_row_key(subject.name));
  if (subject.bytes) subject.row = read_booking_row(subject.name, *subject.bytes);
  if (!subject.name.starts_with("id:")) subject.row.uid = subject.name;
  return subject;
}

struct Shown {
  Before before;
  RenderedBooking looked;
  std::string root;  // of the chain, as consumers saw it
};

// Takes what is known of the number into the row. Where the uid is new, consumers saw that; else the uid's.
Shown shown_and_joined(Folding& folding, const BookingFacts& facts, Subject& subject) {
  BookingRow& row = subject.row;
  Shown shown{Before(row), {}, subject.name};
  if (subject.bytes) {
    shown.root = walk_up(folding.views, row, subject.name).root;
    shown.looked = render(row, shown.root);
  }
  if (!facts.id || row.uid.empty() || row.id.value == facts.id) return shown;
  subject.numbered = learn_number(folding.views, row, *facts.id);
  if (!subject.numbered) return shown;
  shown.before.announced = row.announced;
  if (subject.bytes) return shown;
  const std::string name = "id:" + to_text(*facts.id);
  return {Before(*subject.numbered),
          render(*subject.numbered, walk_up(folding.views, *subject.numbered, name).root), subject.name};
}

std::string changes_of(const Subject& subject, const RenderedBooking& looked, const RenderedBooking& looks) {
  if (looked.json.empty() || looked.json == looks.json) return "[]";
  if (!subject.bytes) return changes_between(looked, looks, *subject.numbered, subject.row);
  return changes_between(looked, looks, read_booking_row(subject.name, *subject.bytes), subject.row);
}

// Did only some of its people move? Then the old booking goes on without them; whether it does is for its own row to say.
// A meeting's hour by itself says nothing of seats, nor does an API row that everybody with one has left: what is known of the row does.
bool moves_a_seat(const RawRecord& record, const BookingObservation& said, const BookingRow& row) {
  const BookingFacts& facts = said.facts;
  const bool is_row = said.kind == BookingKind::api_row, by_row = reads_as(record, 3);
  if (!is_row && facts.seat_uid) return true;
  if (!is_row && !(by_row && is_occurrence(said.kind))) return false;
  const auto sits = [](const PersonFacts& one) { return one.seat_uid.has_value(); };
  if (is_row && facts.attendees && std::ranges::any_of(*facts.attendees, sits)) return true;
  return by_row && (!row.seats.empty() || (is_row && facts.attendees && facts.attendees->empty()));
}

// The rows of old bookings, where it is news that they were moved. Each is told each time that it is named: its
// stamp must not depend on which telling came first, nor its end on which of two parents is believed.
std::vector<BookingRow> tell_parents(Folding& folding, const BookingObservation& said, const Subject& subject,
                                     const Stamp& by) {
  const BookingRow& row = subject.row;
  const auto& known = row.rescheduled_from;
  const auto& named = said.facts.rescheduled_from;
  // By their numbers two bookings can be told apart; without, it may be itself that it names.
  const bool may_be_itself = row.uid.empty() && !said.facts.rescheduled_from_id;
  const bool names = named && named->uid != row.uid && !may_be_itself &&
                     said.kind != BookingKind::seat_cancelled && !moves_a_seat(folding.record, said, row);
  const bool joined = subject.numbered && known.value;
  std::vector<BookingRow> olds;
  if (!names && !joined) return olds;
  // So that the walk up from the old one can meet it.
  folding.views.put(booking_row_key(subject.name), encode(row));
  if (joined) mark_rescheduled(folding.views, {known.value->uid, row.uid, {}}, known.stamp, olds);
  if (names) mark_ancestors(folding.views, named->uid, said.facts.ancestors, by, olds);
  if (names) mark_rescheduled(folding.views, {named->uid, row.uid, said.facts.rescheduled_from_id}, by, olds);
  return olds;
}

// False: it is too large.
bool store(Folding& folding, const Subject& subject, const RenderedBooking& looks) {
  std::string bytes = encode(subject.row);
  if (auto why = too_large(std::max(bytes.size(), looks.json.size())); !why.empty()) {
    folding.quarantine(std::move(why));
    return false;
  }
  if (subject.bytes != bytes) folding.views.put(booking_row_key(subject.name), std::move(bytes));
  return true;
}

// Of all bookings that look different now.
std::vector<StateValue> states_of(Folding& folding, const BookingRow& row, const RenderedBooking& looks,
                                  const std::vector<BookingRow>& olds, bool root_differs) {
  std::vector<StateValue> states;
  if (row.uid.empty()) return states;
  if (root_differs) states = states_below(folding.views, row);
  states.insert(states.begin(), {BookingUid{row.uid}, looks.json});
  for (const auto& old : olds)
    states.push_back({BookingUid{old.uid}, render(old, walk_up(folding.views, old, old.uid).root).json});
  return states;
}

// A seat that the API lists and that was given up before is none (normaliser 2: version 1 told it at every look).
bool has_a_new_seat(const BookingRow& row, const Subject& subject) {
  const BookingRow before = subject.bytes ? read_booking_row(subject.name, *subject.bytes) : BookingRow{};
  const auto known = alive_seats(before);
  return std::ranges::any_of(alive_seats(row), [&](const SeatRow* seat) {
    return std::ranges::none_of(
        known, [seat](const SeatRow* one) { return one->seat == seat->seat && one->person == seat->person; });
  });
}

// What was known by its number alone, when somebody in it was forgotten.
bool was_erased_by_number(ViewTable& views, const BookingFacts& facts) {
  if (!facts.id) return false;
  const auto numbered = load_booking(views, "id:" + to_text(*facts.id));
  return numbered && numbered->erased;
}

Stamp stamp_of(const Folding& folding, const BookingObservation& said) {
  if (said.kind == BookingKind::api_row)
    return {weight_of(said.kind), Teller::api, said.updated_at.value_or(folding.as_of)};
  return {weight_of(said.kind), Teller::webhook, folding.as_of};
}

}  // namespace

void fold_booking(Folding& folding, const BookingObservation& said) {
  Subject subject = load(folding, said.facts);
  if (subject.name.empty()) return fold_nameless(folding, said);
  BookingRow& row = subject.row;
  folding.out.summary.subject = subject.name;
  if (row.erased || was_erased_by_number(folding.views, said.facts))
    return folding.no_change("erased on request: nothing of it is taken in any more");
  const Stamp by = stamp_of(folding, said);
  if (by.teller == Teller::webhook && !is_occurrence(said.kind) && by.as_of < row.api_as_of)
    return folding.no_change("older than the last API read");

  const auto [before, looked, root] = shown_and_joined(folding, said.facts, subject);
  const bool other_spoke = by.teller == Teller::api ? row.heard_hook : row.api_as_of != Instant{};
  Heard heard = hear_all(row, said, by);
  if (said.kind == BookingKind::api_row && heard.news && reads_as(folding.record, 2))
    heard.news = has_a_new_seat(row, subject);
  const bool returned = said.kind == BookingKind::api_row && reads_as(folding.record, 3) && hear_return(row);
  remember_times(row, said.kind, by);
  ask_again(folding, said, before, row);
  if (auto why = too_many(row); !why.empty()) return folding.quarantine(std::move(why));
  const auto olds = tell_parents(folding, said, subject, by);

  const Chain chain = walk_up(folding.views, row, subject.name);
  const auto looks = render(row, chain.root);
  const std::string changes = changes_of(subject, looked, looks);
  // What the other source told of these facts is not told again because this one spells the rest in its own way.
  const bool spelling = other_spoke && is_word(said.kind) && subject.bytes && !heard.news &&
                        !heard.seat_left && chain.root == root &&
                        same_facts(read_booking_row(subject.name, *subject.bytes), row);
  const bool differs = returned || (!spelling && (looked.json.empty() || changes != "[]" || !olds.empty()));
  const auto type =
      name_event(said.kind, before, row, {heard.news, differs, heard.seat_left, by.as_of < before.as_of});
  // The old half of a reschedule says nothing of its own (DESIGN §12.2), also where the API is the first to name it.
  const bool old_half = said.kind == BookingKind::api_row && row.rescheduled_to.value &&
                        is_final(row.status.value) && !before.final();
  if (type.empty() || (old_half && !before.announced)) {
    folding.no_change(std::string(why_no_event(said.kind, before, by.as_of)));
    store(folding, subject, looks);
    return;
  }
  row.key = chain.key;
  pin(folding.views, chain);
  if (!store(folding, subject, looks)) return;
  auto states = states_of(folding, row, looks, olds, chain.root != root);
  emit(folding, {Topic::bookings, chain.key, std::string(type), subject.name, occurred(folding, said),
                 looks.json, "detail", said.detail, changes, std::move(states),
                 cause_of_booking(folding, subject.name,
                                  row.rescheduled_from.value ? row.rescheduled_from.value->uid : "")});
}

}  // namespace calsync
