// The kinds of events that there are, as consumers know them. A row here gives a JSON Schema (deploy/schemas),
// a message in the AsyncAPI document, and a line for people; `calsync_schemas` (tests/schemas) writes both. Pure.
#pragma once
#include "state/events/event_record.hpp"

#include <string>
#include <string_view>

namespace calsync {

struct EventType {
  std::string_view name;  // "booking.created"; ce_type is "calsync." + name
  Topic topic;
  std::string_view what;  // when it is published
};

inline constexpr EventType event_types[] = {
    {"booking.requested", Topic::bookings, "A booking was asked for and waits for the host's confirmation."},
    {"booking.created", Topic::bookings, "A booking was made."},
    {"booking.confirmed", Topic::bookings,
     "A requested booking was confirmed by its host, or one that awaited payment was accepted."},
    {"booking.rescheduled", Topic::bookings,
     "A booking was moved: it has a new uid; `rescheduledFrom` names the old one."},
    {"booking.reschedule_requested", Topic::bookings, "The host asked the client to choose another time."},
    {"booking.cancelled", Topic::bookings, "A booking was cancelled."},
    {"booking.rejected", Topic::bookings, "A requested booking was declined."},
    {"booking.payment_initiated", Topic::bookings, "The client was sent to pay."},
    {"booking.paid", Topic::bookings, "A booking was paid."},
    {"booking.no_show_updated", Topic::bookings,
     "Somebody was marked as not having come, or the mark was taken back."},
    {"booking.reassigned", Topic::bookings, "A booking got another host."},
    {"booking.changed", Topic::bookings, "Something changed that has no better name; `changes` says what."},
    {"booking.seat_added", Topic::bookings, "Another person took a seat of a booking."},
    {"booking.seat_cancelled", Topic::bookings, "A person gave up a seat; the booking itself goes on."},
    {"booking.linked", Topic::bookings,
     "An older booking turned out to be the one that this booking was moved from."},
    {"booking.vanished", Topic::bookings, "A booking is no longer to be found in Cal.com."},
    {"booking.erased", Topic::bookings,
     "Somebody in the booking was forgotten: erase what you keep of it, too. `booking` has what an invoice "
     "needs."},
    {"meeting.started", Topic::bookings, "The time of a booking began."},
    {"meeting.ended", Topic::bookings, "The time of a booking is over."},
    {"meeting.host_no_show", Topic::bookings, "A host did not join the call."},
    {"meeting.guest_no_show", Topic::bookings, "No guest joined the call."},
    {"recording.ready", Topic::bookings, "A recording of the call can be fetched."},
    {"recording.transcribed", Topic::bookings, "A transcription of the call can be fetched."},
    {"instant_meeting.requested", Topic::bookings, "Somebody asks for a meeting now."},
    {"ooo.created", Topic::ooo, "Somebody will be out of office."},
    {"ooo.updated", Topic::ooo, "An out-of-office entry was edited."},
    {"ooo.deleted", Topic::ooo, "An out-of-office entry was taken back."},
    {"form.submitted", Topic::forms, "A routing form was filled in."},
    {"form.submitted_without_booking", Topic::forms, "A routing form was filled in and led to no booking."},
    {"form.fallback_hit", Topic::forms, "A routing form found no route and took its fallback."},
    {"delegation_credential.error", Topic::system, "Cal.com could not use a delegated credential."},
    {"assignment.reported_wrong", Topic::system,
     "Somebody reported that a booking was given to the wrong host."},
    {"webhook.unknown", Topic::system,
     "A delivery of a kind that this version does not know; its body is in the log."},
    {"subject.erased", Topic::system,
     "A person was erased from the log on request; it says how much, and not who."},
    {"config.revision_seen", Topic::config,
     "The branch of the configuration repository has a new commit; `good`: it is in force from now on, else "
     "`why` not."},
    {"config.planned", Topic::config,
     "What the commit in force would change; `planned` names the addresses, `refused` what would be unsafe."},
    {"config.suspended", Topic::config,
     "Reconciling of this address, a pattern, is on hold; `reason` says why."},
    {"config.resumed", Topic::config, "It goes on."},
    {"config.change_started", Topic::config, "A change of the organisation is about to be made."},
    {"config.change_done", Topic::config, "A change of the organisation was made and read back."},
    {"config.change_failed", Topic::config,
     "A change of the organisation was not made, or not wholly; `why` says why."},
    {"config.drift_found", Topic::config,
     "Something at Cal.com is no longer as it was applied; `changes` says what."},
    {"config.drift_gone", Topic::config, "It is as it was applied again."},
};

// In the place of another event, in any topic: too large for the broker, or erased on request.
inline constexpr EventType replacement_types[] = {
    {"event.oversize", Topic::system,
     "Stands where an event was that is too large for the broker; the log has it whole."},
    {"event.erased", Topic::system, "Stands where an event was that was erased at a person's request."},
};

// "urn:calsync:schema:booking.created:1": a schema's $id, and ce_dataschema of every event of that kind.
inline std::string schema_id(std::string_view event_type) {
  return "urn:calsync:schema:" + std::string(event_type) + ":1";
}

}  // namespace calsync
