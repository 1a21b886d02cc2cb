#include "state/views/booking_kinds.hpp"

#include "state/base/crypto.hpp"

#include <algorithm>

namespace calsync {

using K = BookingKind;

bool is_occurrence(K kind) {
  return kind >= K::payment_initiated;
}
bool is_word(K kind) {
  return kind == K::created || kind == K::requested || kind == K::rescheduled || kind == K::cancelled ||
         kind == K::reschedule_requested || kind == K::rejected || kind == K::api_row;
}
bool adds_seats(K kind) {
  return kind == K::created || kind == K::requested || kind == K::rescheduled;
}

Weight weight_of(K kind) {
  if (kind == K::cancelled || kind == K::reschedule_requested || kind == K::rejected)
    return Weight::last_word;
  return is_word(kind) || kind == K::no_show_updated ? Weight::word : Weight::snapshot;
}

std::vector<PersonKey> absentees(const BookingRow& row) {
  std::vector<PersonKey> out;
  for (const auto& [key, person] : row.people)
    if (person.absent.value == true) out.push_back(key);
  return out;
}

Before::Before(const BookingRow& row)
    : announced(row.announced),
      status(row.status.value),
      start(row.start.value),
      end(row.end.value),
      parent(row.rescheduled_from.value ? row.rescheduled_from.value->uid : std::string()),
      organizer(row.organizer.value.value_or("")),
      absent(absentees(row)),
      as_of(row.as_of) {}

// Once per payment; one without an id once per booking. Where that came first, the first id names it.
bool hear_paid(BookingRow& row, const BookingFacts& facts) {
  const bool told = row.paid;
  const bool unnamed = told && row.paid_ids.empty();
  row.paid = true;
  if (!facts.payment || !facts.payment->id) return !told;
  const Integer id = *facts.payment->id;
  const auto at = std::lower_bound(row.paid_ids.begin(), row.paid_ids.end(), id);
  if (at != row.paid_ids.end() && *at == id) return false;
  row.paid_ids.insert(at, id);
  return !unnamed;
}

std::string remembered_occurrence(std::string_view type, std::string_view identity) {
  const Digest digest = sha256(std::string(type) + "/" + std::string(identity));
  return std::string(view(std::span(digest).first(12)));
}

bool hear_occurrence(BookingRow& row, const BookingObservation& said) {
  std::string identity = remembered_occurrence(type_of_occurrence(said.kind), said.identity);
  const auto at = std::lower_bound(row.seen.begin(), row.seen.end(), identity);
  if (at != row.seen.end() && *at == identity) return false;
  row.seen.insert(at, std::move(identity));
  return true;
}

namespace {

const std::string& vanished_mark() {
  static const std::string mark = remembered_occurrence(type_of_occurrence(K::vanished), vanished_identity);
  return mark;
}

}  // namespace

bool has_vanished(const BookingRow& row) {
  return std::ranges::binary_search(row.seen, vanished_mark());
}
bool hear_return(BookingRow& row) {
  return std::erase(row.seen, vanished_mark()) > 0;
}

std::string_view type_of_occurrence(K kind) {
  switch (kind) {
    case K::payment_initiated:
      return "booking.payment_initiated";
    case K::meeting_started:
      return "meeting.started";
    case K::meeting_ended:
      return "meeting.ended";
    case K::host_no_show:
      return "meeting.host_no_show";
    case K::guest_no_show:
      return "meeting.guest_no_show";
    case K::recording_ready:
      return "recording.ready";
    case K::recording_transcribed:
      return "recording.transcribed";
    case K::instant_meeting:
      return "instant_meeting.requested";
    case K::vanished:
      return "booking.vanished";
    default:
      return {};
  }
}

namespace {

bool learned_ancestor(const Before& before, const BookingRow& after) {
  return after.rescheduled_from.value && after.rescheduled_from.value->uid != before.parent;
}
bool confirmed(const Before& before, const BookingRow& after) {
  return before.status == BookingStatus::pending && after.status.value == BookingStatus::accepted;
}
bool moved(const Before& before, const BookingRow& after) {
  return before.start != after.start.value || before.end != after.end.value ||
         before.status != after.status.value;
}

// A first word about the booking: nothing but an occurrence or a payment was heard of it before.
std::string_view name_first(K kind, const Before& before, const BookingRow& after) {
  if (is_final(after.status.value) && kind != K::cancelled && kind != K::reschedule_requested &&
      kind != K::rejected)
    return kind == K::api_row && after.status.value == BookingStatus::rejected ? "booking.rejected"
                                                                               : "booking.cancelled";
  switch (kind) {
    case K::created:
      return confirmed(before, after) ? "booking.confirmed" : "booking.created";
    case K::requested:
      return "booking.requested";
    case K::rescheduled:
      return "booking.rescheduled";
    case K::cancelled:
      return "booking.cancelled";
    case K::reschedule_requested:
      return "booking.reschedule_requested";
    case K::rejected:
      return "booking.rejected";
    default:
      if (after.status.value == BookingStatus::pending) return "booking.requested";
      return after.rescheduled_from.value ? "booking.rescheduled" : "booking.created";
  }
}

std::string_view name_ended(K kind) {
  if (kind == K::rejected) return "booking.rejected";
  return kind == K::reschedule_requested ? "booking.reschedule_requested" : "booking.cancelled";
}

// A further word, newer than all before.
std::string_view name_next(K kind, const Before& before, const BookingRow& after, const Effect& effect) {
  if (effect.news) return "booking.seat_added";
  if (!effect.changed) return {};
  if (confirmed(before, after)) return "booking.confirmed";
  if (kind == K::rescheduled && moved(before, after)) return "booking.rescheduled";
  if (learned_ancestor(before, after)) return "booking.linked";
  if (kind == K::requested && before.status != after.status.value) return "booking.requested";
  const bool hosted = !before.organizer.empty();  // else only its place in a chain was known
  if (kind == K::api_row && hosted && after.organizer.value.value_or("") != before.organizer)
    return "booking.reassigned";
  if (kind == K::api_row && effect.seat_left) return "booking.seat_cancelled";
  if (kind == K::api_row && absentees(after) != before.absent && !moved(before, after))
    return "booking.no_show_updated";
  return "booking.changed";
}

std::string_view name_word(K kind, const Before& before, const BookingRow& after, const Effect& effect) {
  if (!before.announced) return name_first(kind, before, after);
  const bool ended = is_final(after.status.value) && before.status != after.status.value;
  if (ended)
    return kind == K::api_row && after.status.value == BookingStatus::rejected ? "booking.rejected"
                                                                               : name_ended(kind);
  const bool silent = effect.older || (before.final() && kind != K::api_row && !is_final(after.status.value));
  const bool contradicts_end = before.final() && weight_of(kind) != Weight::last_word && kind != K::api_row;
  if (silent || contradicts_end) {
    if (effect.news && !before.final()) return "booking.seat_added";
    return learned_ancestor(before, after) ? "booking.linked" : std::string_view();
  }
  return name_next(kind, before, after, effect);
}

std::string_view best_name(K kind, const Before& before, const BookingRow& after, const Effect& effect) {
  if (is_occurrence(kind)) return effect.news ? type_of_occurrence(kind) : std::string_view();
  switch (kind) {
    case K::seat_cancelled:
      return effect.news ? "booking.seat_cancelled" : std::string_view();
    case K::paid:
      return effect.news ? "booking.paid" : std::string_view();
    case K::no_show_updated:
      return absentees(after) != before.absent ? "booking.no_show_updated" : std::string_view();
    default:
      return name_word(kind, before, after, effect);
  }
}

}  // namespace

std::string_view name_event(K kind, const Before& before, const BookingRow& after, const Effect& effect) {
  const auto name = best_name(kind, before, after, effect);
  return name.empty() && effect.changed ? "booking.changed" : name;
}

bool ends_otherwise(K kind, const Before& before) {
  const bool cancels = kind == K::cancelled || kind == K::reschedule_requested;
  return (cancels && before.status == BookingStatus::rejected) ||
         (kind == K::rejected && before.status == BookingStatus::cancelled);
}

std::string_view why_no_event(K kind, const Before& before, Instant as_of) {
  if (is_word(kind) && before.announced && as_of < before.as_of) return "older than what is known";
  if (is_word(kind) && before.final() &&
      (weight_of(kind) != Weight::last_word || ends_otherwise(kind, before)))
    return "cancelled and rejected are final for webhooks";
  return "known already";
}

}  // namespace calsync
