// The fields that carry a stamp, each under its number: one list for writing, reading and joining rows. A
// number is on disk and never used again for something else.
#pragma once
#include "state/views/booking_row.hpp"

namespace calsync {

// visit(number, field of each row …).
template <class Visit, class... Rows>
void for_each_told(Visit&& visit, Rows&... rows) {
  visit(2, rows.id...);
  visit(3, rows.status...);
  visit(4, rows.title...);
  visit(5, rows.description...);
  visit(6, rows.location...);
  visit(7, rows.video_call_url...);
  visit(8, rows.currency...);
  visit(9, rows.series_uid...);
  visit(10, rows.rejection_reason...);
  visit(11, rows.start...);
  visit(12, rows.end...);
  visit(13, rows.length_minutes...);
  visit(14, rows.price...);
  visit(15, rows.seats_total...);
  visit(16, rows.event_type_id...);
  visit(17, rows.team_id...);
  visit(18, rows.event_type_slug...);
  visit(19, rows.event_type_title...);
  visit(20, rows.team_name...);
  visit(21, rows.metadata...);
  visit(22, rows.organizer...);
  visit(23, rows.members...);
  visit(24, rows.attendees...);
  visit(25, rows.rescheduled_from...);
  visit(26, rows.rescheduled_to...);
  visit(27, rows.cancellation...);
  visit(28, rows.payment.id...);
  visit(29, rows.payment.amount...);
  visit(30, rows.payment.currency...);
  visit(31, rows.payment.external_id...);
  visit(32, rows.payment.success...);
  visit(33, rows.payment.refunded...);
}

template <class Visit, class... Persons>
void for_each_told_of_person(Visit&& visit, Persons&... persons) {
  visit(1, persons.id...);
  visit(2, persons.name...);
  visit(3, persons.email...);
  visit(4, persons.time_zone...);
  visit(5, persons.language...);
  visit(6, persons.phone...);
  visit(7, persons.absent...);
}

}  // namespace calsync
