#include "connectors/calcom/wire/payloads.hpp"
#include "connectors/calcom/wire/redact.hpp"
#include "state/events/email.hpp"

#include <algorithm>

namespace calsync {
namespace {

namespace json = boost::json;

constexpr std::string_view no_identity = "neither uid nor bookingId is given";

std::optional<std::string> read_currency(const Fields& from) {  // ISO 4217, as the standard writes it
  auto code = from.name("currency");
  if (code)
    std::transform(code->begin(), code->end(), code->begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return code;
}

// The event type's slug; the title stands in where there is none (CONTRACT §11.5), which no slug looks like.
void read_slug(const Fields& payload, BookingFacts& facts) {
  auto type = payload.name("type");
  if (type && *type != facts.title && type->find(' ') == std::string::npos)
    facts.event_type_slug = std::move(type);
}

void read_team(const Fields& payload, BookingFacts& facts) {
  const auto team = payload.object("team");
  if (!team) return;
  facts.team_id = team->integer("id");
  facts.team_name = team->text("name");
  if (team->array("members")) facts.members = read_people(*team, "members");
}

void read_reschedule(const Fields& payload, BookingFacts& facts) {
  auto old = payload.name("rescheduleUid");
  const auto old_id = payload.integer("rescheduleId");
  // The same booking, or a seat: no link (DESIGN §12.4).
  if (!old || old == facts.uid || old == facts.seat_uid || (old_id && old_id == facts.id)) return;
  // A seated booking may name the old *seat*: a UUID, where a booking's uid is 22 characters.
  const bool looks_like_uuid =
      old->size() == 36 && (*old)[8] == '-' && (*old)[13] == '-' && (*old)[18] == '-';
  if (facts.seats_total && looks_like_uuid) return;
  facts.rescheduled_from =
      RescheduledFrom{std::move(*old), payload.instant("rescheduleStartTime"),
                      payload.instant("rescheduleEndTime"), payload.text("rescheduledBy")};
  facts.rescheduled_from_id = old_id;
}

void read_payment(const Fields& payload, BookingFacts& facts) {
  PaymentFacts payment;
  payment.id = payload.integer("paymentId");
  if (const auto row = payload.object("paymentData")) {
    if (!payment.id) payment.id = row->integer("id");
    payment.amount = row->amount("amount");
    payment.currency = read_currency(*row);
    payment.external_id = row->name("externalId");
    payment.success = row->boolean("success");
    payment.refunded = row->boolean("refunded");
  }
  const auto metadata = payload.object("metadata");
  if (!payment.external_id && metadata) payment.external_id = metadata->name("externalId");
  if (payment.id || payment.amount || payment.external_id) facts.payment = std::move(payment);
}

// One person left a seated booking, which goes on (CONTRACT §11.5): nobody cancelled it as a whole, and one
// attendee is named. The reading is confirmed by an authoritative look where there is an API.
bool about_one_seat(const Fields& payload, const BookingFacts& facts) {
  if (!facts.seats_total) return false;
  if (facts.seat_uid) return true;
  return !payload.text("cancelledBy") && facts.attendees && facts.attendees->size() == 1;
}

// [src26] says it; [src25] begins the reason with these words and leaves the status out.
bool asks_for_another_time(const Fields& payload, const std::optional<std::string>& reason) {
  if (const auto said = payload.boolean("requestReschedule")) return *said;
  return !payload.text("status") && reason && reason->starts_with("Please reschedule.");
}

BookingKind read_cancellation(const Fields& payload, BookingFacts& facts) {
  facts.cancellation = Cancellation{payload.text("cancellationReason"), payload.text("cancelledBy")};
  if (about_one_seat(payload, facts)) return BookingKind::seat_cancelled;
  facts.status = BookingStatus::cancelled;
  return asks_for_another_time(payload, facts.cancellation->reason) ? BookingKind::reschedule_requested
                                                                    : BookingKind::cancelled;
}

}  // namespace

Said read_booking(BookingKind kind, const Fields& payload) {
  BookingObservation out;
  out.kind = kind;
  BookingFacts& facts = out.facts;
  read_common(payload, facts);
  if (!facts.uid && !facts.id) return Unreadable{std::string(no_identity)};
  read_slug(payload, facts);
  read_team(payload, facts);
  facts.status = read_status(payload);
  facts.description = payload.text("description");
  facts.length_minutes = payload.integer("length");
  facts.price = payload.amount("price");
  facts.currency = read_currency(payload);
  facts.seats_total = payload.integer("seatsPerTimeSlot");
  facts.seat_uid = payload.name("attendeeSeatId");
  facts.series = payload.object("recurringEvent").has_value();
  if (const auto series = payload.object("existingRecurringEvent"))
    facts.series_uid = series->name("recurringEventId");
  if (const auto video = payload.object("videoCallData")) facts.video_call_url = video->text("url");
  read_metadata(payload, facts);
  read_reschedule(payload, facts);
  switch (kind) {
    case BookingKind::created:
    case BookingKind::rescheduled:
      facts.status = facts.status.value_or(BookingStatus::accepted);
      break;
    case BookingKind::requested:
      facts.status = BookingStatus::pending;
      break;
    case BookingKind::cancelled:
      out.kind = read_cancellation(payload, facts);
      break;
    case BookingKind::rejected:
      facts.status = BookingStatus::rejected;
      facts.rejection_reason = payload.text("rejectionReason");
      break;
    case BookingKind::payment_initiated:
      facts.status = BookingStatus::pending;  // says ACCEPTED, is pending until paid
      read_payment(payload, facts);
      if (facts.payment && facts.payment->id) out.identity = to_text(*facts.payment->id);
      break;
    case BookingKind::paid:
      read_payment(payload, facts);
      facts.metadata.reset();  // the payment's own, in place of the booking's
      break;
    default:
      break;
  }
  return out;
}

Said read_no_show_update(const Fields& payload) {
  BookingObservation out;
  out.kind = BookingKind::no_show_updated;
  out.facts.uid = payload.name("bookingUid");
  if (!out.facts.uid) out.facts.uid = payload.name("uid");
  out.facts.id = payload.integer("bookingId");
  if (!out.facts.uid && !out.facts.id) return Unreadable{std::string(no_identity)};
  out.facts.attendees.emplace();
  if (const auto* attendees = payload.array("attendees")) {
    for (const auto& attendee : *attendees) {
      const auto fields = payload.as_object(attendee);
      PersonFacts person;
      if (fields) person.email = read_person_email(*fields, "email");
      if (fields) person.absent = fields->boolean("noShow");
      if (person.email && person.absent) out.facts.attendees->push_back(std::move(person));
    }
  }
  if (out.facts.attendees->empty()) return Unreadable{"no attendee with email and noShow is given"};
  return out;
}

}  // namespace calsync
