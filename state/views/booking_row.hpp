// What we know of one booking, field by field, each with its stamp: row `b/<uid>` of the views. Pure.
// hear() may be called in any order and any number of times with the same tellings: the row ends the same.
#pragma once
#include "state/base/ids.hpp"
#include "state/events/observation.hpp"
#include "state/views/told.hpp"

#include <map>

namespace calsync {

inline auto tied(const Cancellation& c) {
  return std::tie(c.reason, c.by);
}
inline bool operator<(const Cancellation& a, const Cancellation& b) {
  return tied(a) < tied(b);
}
inline bool operator==(const Cancellation& a, const Cancellation& b) {
  return tied(a) == tied(b);
}
inline auto tied(const RescheduledFrom& r) {
  return std::tie(r.uid, r.start, r.end, r.by);
}
inline bool operator<(const RescheduledFrom& a, const RescheduledFrom& b) {
  return tied(a) < tied(b);
}
inline bool operator<(const Integer& a, const Integer& b) {
  if (a.negative != b.negative) return a.negative;
  return a.negative ? a.magnitude > b.magnitude : a.magnitude < b.magnitude;
}

// Somebody in a booking: organiser, co-host or attendee, under a PersonKey.
struct PersonRow {
  Told<Integer> id;
  Told<std::string> name, email, time_zone, language, phone;
  Told<bool> absent;
  bool host = false;  // was organiser or co-host in any telling: an attendee of that address is a host, too
};

// One seat of a seated booking. `seat` is the seat's uid, or empty where only the person is known.
struct SeatRow {
  std::string seat, person;
  Instant added{};
  friend auto operator<=>(const SeatRow&, const SeatRow&) = default;
};
struct SeatLeft {
  std::string seat, person;
  Instant at{};
};

struct PaymentRow {
  Told<Integer> id, amount;
  Told<std::string> currency, external_id;
  Told<bool> success, refunded;
};

using PersonKey = std::string;  // the e-mail in lower case; without one see keys_of()

struct BookingRow {
  std::string uid;  // empty: known by its numeric id only
  Told<Integer> id;
  Told<BookingStatus> status;
  Told<std::string> title, description, location, video_call_url, currency, series_uid, rejection_reason;
  Told<Instant> start, end;
  Told<Integer> length_minutes, price, seats_total, event_type_id, team_id;
  Told<std::string> event_type_slug, event_type_title, team_name, metadata;
  Told<PersonKey> organizer;
  Told<std::vector<PersonKey>> members, attendees;
  std::map<PersonKey, PersonRow, std::less<>> people;
  std::map<std::string, Told<std::string>, std::less<>> responses;
  std::vector<SeatRow> seats;  // sorted
  std::vector<SeatLeft> left;  // sorted by (seat, person)
  Told<RescheduledFrom> rescheduled_from;
  Told<std::string> rescheduled_to;
  Told<Cancellation> cancellation;
  bool paid = false;
  std::vector<Integer> paid_ids;  // sorted: a payment is told once
  PaymentRow payment;

  std::string key;          // pinned at the first published event (DESIGN §12.4); empty: not yet
  bool announced = false;   // a state trigger has spoken: the booking is no longer news
  Instant as_of{};          // of the newest word; an older one changes no state
  Instant api_as_of{};      // of the newest API read; an older webhook changes nothing at all
  bool heard_hook = false;  // a webhook has spoken a word; with api_as_of: whether both sources have
  bool erased = false;  // somebody in it was forgotten (erasure.hpp): nothing that comes changes it any more
  bool told_erased = false;       // and consumers know
  std::vector<std::string> seen;  // identities of occurrences, hashed, sorted
  std::string newer;              // fields of a later version, kept as they were read
};

// A key for each, in their order: by e-mail, else name, phone or seat (`seat`: of all who name none), else by
// place. Who has no e-mail is never taken for another of the same list.
std::vector<PersonKey> keys_of(const std::vector<PersonFacts>& people,
                               const std::optional<std::string>& seat = {});
// Everything but status rules, seats, payment.
void hear(BookingRow& row, const BookingFacts& facts, const Stamp& by);
void hear_person(BookingRow& row, const PersonKey& key, const PersonFacts& person, const Stamp& by,
                 bool host);
void hear_payment(BookingRow& row, const PaymentFacts& payment, const Stamp& by);

// seats.cpp
bool hear_seats(BookingRow& row, const BookingFacts& facts, const Stamp& by);      // true: a seat more
bool hear_seat_left(BookingRow& row, const BookingFacts& facts, const Stamp& by);  // true: that is news
// The seats that an API row lists are all there are.
struct SeatsHeard {
  bool added = false, left = false;
};
SeatsHeard hear_all_seats(BookingRow& row, const BookingFacts& facts, const Stamp& by);
void add_seats(BookingRow& row, std::vector<SeatRow> seats);
bool add_leavings(BookingRow& row, std::vector<SeatLeft> leavings);  // true: one that was not known

// Hosts: organiser, team members, then attendees who are known hosts; attendees: the rest (DESIGN §12.3).
struct Cast {
  struct Guest {
    const PersonRow* person;
    std::string_view seat;
  };
  std::vector<const PersonRow*> hosts;
  std::vector<Guest> guests;
  bool guests_known = false;
};
std::vector<const SeatRow*> alive_seats(const BookingRow& row);  // by time
Cast cast_of(const BookingRow& row);

// What webhook and API are compared by (DESIGN §12.3): two tellings of the same facts, however they spell the rest.
bool same_facts(const BookingRow& a, const BookingRow& b);

std::string encode(const BookingRow& row);
std::optional<BookingRow> decode_booking(std::string_view bytes);  // nullopt: damaged

}  // namespace calsync
