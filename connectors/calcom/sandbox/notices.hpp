// What webhooks tell of a booking: the payloads of a running Cal.com, with its three ways to build them.
// They differ in members, in the form of times (…00Z, +00:00, .000Z) and in who is an attendee (CONTRACT §11.5, §16).
#pragma once
#include "connectors/calcom/sandbox/world.hpp"

#include <string>
#include <string_view>

namespace calsync::sandbox {

struct Telling {
  std::string seat{};                   // the seat that was taken: attendeeSeatId, and only its attendee
  const Row* from = nullptr;            // rescheduled from this booking
  std::string from_seat{};              // rescheduleUid of a seat that moved
  std::string rescheduled_by{};         // as the body said
  std::int64_t caller = 0;              // who confirmed or declined
  std::string reason{};                 // of a cancellation or a refusal; "": none given
  boost::json::array only_attendees{};  // a seat that was given up: who left
};

// BOOKING_CREATED, BOOKING_REQUESTED, BOOKING_RESCHEDULED of a new row; an accepted one also schedules MEETING_*.
void announce(World& world, std::string_view trigger, Row& booking, const Telling& telling);
// BOOKING_CREATED of a confirmed request (MEETING_* too), BOOKING_REJECTED of a declined one.
void announce_decision(World& world, std::string_view trigger, Row& booking, const Telling& telling);
void announce_cancelled(World& world, Row& booking, const Telling& telling);
// [{email, noShow}]
void announce_no_show(World& world, const Row& booking, boost::json::array attendees);
// Only the user interface makes these.
void announce_out_of_office(World& world, const Row& entry);

// MEETING_STARTED and MEETING_ENDED whose time has come, in order of time, as notices; each is for one subscription.
void due_meetings(World& world);
void unschedule_meetings(Row& booking);
void schedule_meetings(World& world, Row& booking, Row snapshot);

// The members of MEETING_*: as at a booking, and (fewer) as at a confirmation.
Row meeting_of_booking(World& world, const Row& booking);
Row meeting_of_confirmation(World& world, const Row& booking);

// Parts of payloads.
boost::json::array stored_people(const Row& booking);  // attendees as the database has them
boost::json::object told_responses(World& world, const Row& booking, bool new_booking, bool own_only);
std::string short_time(const Row& booking, std::string_view member);  // "2026-11-23T10:00:00Z"
std::string text_or(const Row& row, std::string_view name, std::string_view otherwise);

}  // namespace calsync::sandbox
