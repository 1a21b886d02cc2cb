// What each kind of delivery is, and the name of the event that it makes (DESIGN §8, §12.2). Pure.
#pragma once
#include "state/events/vanished.hpp"
#include "state/views/booking_row.hpp"

namespace calsync {

bool is_occurrence(BookingKind kind);  // emits once per identity
bool is_word(BookingKind kind);        // speaks of the booking's state as a whole: advances its asOf
bool adds_seats(BookingKind kind);
Weight weight_of(BookingKind kind);
inline bool is_final(const std::optional<BookingStatus>& status) {
  return status == BookingStatus::cancelled || status == BookingStatus::rejected;
}

// The booking before this delivery, as far as names depend on it.
struct Before {
  explicit Before(const BookingRow& row);
  [[nodiscard]] bool final() const { return is_final(status); }

  bool announced;
  std::optional<BookingStatus> status;
  std::optional<Instant> start, end;
  std::string parent;  // rescheduledFrom.uid; empty: none
  std::string organizer;
  std::vector<PersonKey> absent;  // sorted
  Instant as_of;
};

struct Effect {
  bool news = false;       // something new in a set: a seat, a payment, an occurrence
  bool changed = false;    // a consumer would see a difference
  bool seat_left = false;  // an API row lists a seat less
  bool older = false;      // than the newest word about this booking
};

// "booking.created" …; empty: nothing to tell.
std::string_view name_event(BookingKind kind, const Before& before, const BookingRow& after,
                            const Effect& effect);
std::string_view type_of_occurrence(BookingKind kind);
std::string_view why_no_event(BookingKind kind, const Before& before, Instant as_of);
bool ends_otherwise(BookingKind kind, const Before& before);  // rejected, where it was cancelled; or reverse

std::vector<PersonKey> absentees(const BookingRow& row);     // sorted
bool hear_paid(BookingRow& row, const BookingFacts& facts);  // true: a payment not told before
// As BookingRow::seen has it; `type`: of the event.
std::string remembered_occurrence(std::string_view type, std::string_view identity);
bool hear_occurrence(BookingRow& row, const BookingObservation& said);  // true: not told before
bool has_vanished(const BookingRow& row);  // Cal.com no longer has it, and consumers know
// Cal.com shows it again: should it vanish once more, that is told once more. True: it had vanished.
bool hear_return(BookingRow& row);

}  // namespace calsync
