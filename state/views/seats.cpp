// Seats are a set of comings and leavings, so that their order of arrival does not matter: a seat is taken if
// it was added after its person last left.
#include "state/views/booking_row.hpp"

#include <algorithm>

namespace calsync {
namespace {

bool frees(const SeatLeft& left, const SeatRow& seat) {
  const bool same =
      left.seat.empty() || seat.seat.empty() ? left.person == seat.person : left.seat == seat.seat;
  return same && left.at >= seat.added;
}

}  // namespace

std::vector<const SeatRow*> alive_seats(const BookingRow& row) {
  std::vector<const SeatRow*> alive;
  for (const auto& seat : row.seats) {
    const bool gone = std::any_of(row.left.begin(), row.left.end(),
                                  [&](const SeatLeft& left) { return frees(left, seat); });
    // The same person under a seat's uid and without one is one person on one seat.
    const bool named =
        seat.seat.empty() && std::any_of(row.seats.begin(), row.seats.end(), [&](const SeatRow& other) {
          return !other.seat.empty() && other.person == seat.person;
        });
    if (!gone && !named) alive.push_back(&seat);
  }
  std::stable_sort(alive.begin(), alive.end(),
                   [](const SeatRow* a, const SeatRow* b) { return a->added < b->added; });
  return alive;
}

bool hear_seats(BookingRow& row, const BookingFacts& facts, const Stamp& by) {
  if (!facts.attendees) return false;
  const auto before = alive_seats(row).size();
  for (const auto& person : *facts.attendees) {
    SeatRow seat{person.seat_uid ? *person.seat_uid : facts.seat_uid.value_or(""), person_key(person),
                 by.as_of};
    if (seat.person.empty()) continue;
    const auto known = std::find_if(row.seats.begin(), row.seats.end(), [&](const SeatRow& s) {
      return s.seat == seat.seat && s.person == seat.person;
    });
    if (known == row.seats.end())
      row.seats.insert(std::upper_bound(row.seats.begin(), row.seats.end(), seat), seat);
    else if (!seat.seat.empty())
      known->added = std::min(known->added, seat.added);  // told again
    else
      known->added = std::max(known->added, seat.added);  // perhaps came back
  }
  std::sort(row.seats.begin(), row.seats.end());
  return alive_seats(row).size() > before;
}

bool hear_seat_left(BookingRow& row, const BookingFacts& facts, const Stamp& by) {
  if (!facts.attendees && !facts.seat_uid) return false;
  const auto before = alive_seats(row).size();
  bool news = false;
  const auto leave = [&](const std::string& seat, const std::string& person) {
    const auto known = std::find_if(row.left.begin(), row.left.end(),
                                    [&](const SeatLeft& l) { return l.seat == seat && l.person == person; });
    if (known != row.left.end()) {
      known->at = std::max(known->at, by.as_of);
      return;
    }
    row.left.push_back({seat, person, by.as_of});
    news = true;
  };
  if (facts.attendees)
    for (const auto& person : *facts.attendees) leave(facts.seat_uid.value_or(""), person_key(person));
  std::sort(row.left.begin(), row.left.end(), [](const SeatLeft& a, const SeatLeft& b) {
    return std::tie(a.seat, a.person) < std::tie(b.seat, b.person);
  });
  return news || alive_seats(row).size() < before;
}

}  // namespace calsync
