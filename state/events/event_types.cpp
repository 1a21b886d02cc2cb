#include "state/events/schema.hpp"

#include <array>

namespace calsync {
namespace {

using enum Topic;

constexpr std::array types{
    EventType{"booking.requested", bookings,
              "A booking was asked for and waits for the host's confirmation."},
    EventType{"booking.created", bookings, "A booking was made."},
    EventType{"booking.confirmed", bookings, "A requested booking was confirmed by its host."},
    EventType{"booking.rescheduled", bookings,
              "A booking was moved: it has a new uid; `rescheduledFrom` names the old one."},
    EventType{"booking.reschedule_requested", bookings, "The host asked the client to choose another time."},
    EventType{"booking.cancelled", bookings, "A booking was cancelled."},
    EventType{"booking.rejected", bookings, "A requested booking was declined."},
    EventType{"booking.payment_initiated", bookings, "The client was sent to pay."},
    EventType{"booking.paid", bookings, "A booking was paid."},
    EventType{"booking.no_show_updated", bookings,
              "Somebody was marked as not having come, or the mark was taken back."},
    EventType{"booking.reassigned", bookings, "A booking got another host."},
    EventType{"booking.changed", bookings, "Something changed that has no better name; `changes` says what."},
    EventType{"booking.seat_added", bookings, "Another person took a seat of a booking."},
    EventType{"booking.seat_cancelled", bookings, "A person gave up a seat; the booking itself goes on."},
    EventType{"booking.linked", bookings,
              "An older booking turned out to be the one that this booking was moved from."},
    EventType{"booking.vanished", bookings, "A booking is no longer to be found in Cal.com."},
    EventType{"meeting.started", bookings, "The time of a booking began."},
    EventType{"meeting.ended", bookings, "The time of a booking is over."},
    EventType{"meeting.host_no_show", bookings, "A host did not join the call."},
    EventType{"meeting.guest_no_show", bookings, "No guest joined the call."},
    EventType{"recording.ready", bookings, "A recording of the call can be fetched."},
    EventType{"recording.transcribed", bookings, "A transcription of the call can be fetched."},
    EventType{"instant_meeting.requested", bookings, "Somebody asks for a meeting now."},
    EventType{"ooo.created", ooo, "Somebody will be out of office."},
    EventType{"ooo.updated", ooo, "An out-of-office entry was edited."},
    EventType{"ooo.deleted", ooo, "An out-of-office entry was taken back."},
    EventType{"form.submitted", forms, "A routing form was filled in."},
    EventType{"form.submitted_without_booking", forms, "A routing form was filled in and led to no booking."},
    EventType{"form.fallback_hit", forms, "A routing form found no route and took its fallback."},
    EventType{"delegation_credential.error", system, "Cal.com could not use a delegated credential."},
    EventType{"assignment.reported_wrong", system,
              "Somebody reported that a booking was given to the wrong host."},
    EventType{"webhook.unknown", system,
              "A delivery of a kind that this version does not know; its body is in the log."},
    EventType{"event.oversize", system, "An event too large for the broker was replaced by this one."},
};

}  // namespace

std::span<const EventType> event_types() {
  return types;
}

std::string schema_id(std::string_view event_type) {
  return "urn:calsync:schema:" + std::string(event_type) + ":1";
}

}  // namespace calsync
