// One function per family of payloads (CONTRACT §11.5, §11.6). Each fills `said`, or says why it cannot.
#pragma once
#include "connectors/calcom/wire/fields.hpp"
#include "state/events/observation.hpp"

namespace calsync {

using Said = decltype(Observation::said);

// BOOKING_CREATED, REQUESTED, RESCHEDULED, CANCELLED, REJECTED, PAYMENT_INITIATED, PAID
Said read_booking(BookingKind kind, const Fields& payload);
Said read_no_show_update(const Fields& payload);  // BOOKING_NO_SHOW_UPDATED
// MEETING_STARTED, MEETING_ENDED: flat or enveloped.
Said read_meeting(BookingKind kind, const Fields& payload);
Said read_absence(BookingKind kind, const Fields& payload);  // AFTER_HOSTS_, AFTER_GUESTS_CAL_VIDEO_NO_SHOW
// RECORDING_READY, RECORDING_TRANSCRIPTION_GENERATED.
Said read_recording(BookingKind kind, const Fields& payload);
Said read_instant_meeting(const Fields& payload);      // INSTANT_MEETING
Said read_ooo(const Fields& payload);                  // OOO_CREATED
Said read_form(FormKind kind, const Fields& payload);  // FORM_SUBMITTED, _NO_EVENT, ROUTING_FORM_FALLBACK_HIT
Said read_delegation_error(const Fields& payload);     // DELEGATION_CREDENTIAL_ERROR
Said read_wrong_assignment(const Fields& payload);     // WRONG_ASSIGNMENT_REPORT
Said read_unknown(const boost::json::object& root, const Fields* payload);  // any other trigger

// Parts that several payloads share.
// "Nameless" and "Email-less" are what Cal.com writes where it knows none (CONTRACT §11.5): not carried.
std::optional<std::string> read_person_name(const Fields& from, std::string_view name);
std::optional<std::string> read_person_email(const Fields& from, std::string_view name);
PersonFacts read_person(const Fields& person);
std::vector<PersonFacts> read_people(const Fields& from, std::string_view name);
void read_common(const Fields& payload, BookingFacts& facts);  // id, uid, title, times, location, attendees …
void read_responses(const Fields& payload, std::vector<std::pair<std::string, std::string>>& out);
// The caller's own keys pass through; Cal.com's link to the meeting has a field of its own.
void read_metadata(const Fields& payload, BookingFacts& facts);
std::optional<BookingStatus> read_status(const Fields& payload);
std::string json_or_empty(const boost::json::value* value);  // redacted JSON text; empty for none or null
std::string short_hash(std::string_view text);  // 32 hex digits: names a secret without telling it

}  // namespace calsync
