// Seats are a set of comings and leavings, so that their order of arrival does not matter: a seat is taken if
// it was added after its person last left. A body may name tens of thousands of people: nothing here looks at
// all of them for each of them.
#include "state/views/booking_row.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace calsync {
namespace {

// When a seat or a person was last left.
class Leavings {
 public:
  explicit Leavings(const std::vector<SeatLeft>& left) {
    for (const SeatLeft& one : left) {
      note(by_person_, one.person, one.at);
      if (one.seat.empty())
        note(of_any_seat_, one.person, one.at);
      else
        note(by_seat_, one.seat, one.at);
    }
  }
  // Where both are named, the seat decides; else the person does.
  [[nodiscard]] bool frees(const SeatRow& seat) const {
    if (seat.seat.empty()) return since(by_person_, seat.person, seat.added);
    return since(of_any_seat_, seat.person, seat.added) || since(by_seat_, seat.seat, seat.added);
  }

 private:
  using Last = std::unordered_map<std::string_view, Instant>;
  static void note(Last& last, std::string_view name, Instant at) {
    const auto [known, first] = last.try_emplace(name, at);
    if (!first) known->second = std::max(known->second, at);
  }
  static bool since(const Last& last, std::string_view name, Instant added) {
    const auto known = last.find(name);
    return known != last.end() && known->second >= added;
  }

  Last by_person_, of_any_seat_, by_seat_;
};

std::string pair_of(std::string_view seat, std::string_view person) {  // U+0000 is in no text that was read
  return std::string(seat) + '\0' + std::string(person);
}

// Where each pair of seat and person stands in the list.
template <class List>
std::unordered_map<std::string, std::size_t> places_in(const List& list) {
  std::unordered_map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < list.size(); ++i) places.emplace(pair_of(list[i].seat, list[i].person), i);
  return places;
}

}  // namespace

std::vector<const SeatRow*> alive_seats(const BookingRow& row) {
  std::vector<const SeatRow*> alive;
  const Leavings leavings(row.left);
  std::unordered_set<std::string_view> named;
  for (const auto& seat : row.seats)
    if (!seat.seat.empty()) named.insert(seat.person);
  for (const auto& seat : row.seats) {
    // The same person under a seat's uid and without one is one person on one seat.
    const bool twice = seat.seat.empty() && named.contains(seat.person);
    if (!twice && !leavings.frees(seat)) alive.push_back(&seat);
  }
  std::stable_sort(alive.begin(), alive.end(),
                   [](const SeatRow* a, const SeatRow* b) { return a->added < b->added; });
  return alive;
}

void add_seats(BookingRow& row, std::vector<SeatRow> seats) {
  auto places = places_in(row.seats);
  for (SeatRow& seat : seats) {
    const auto [place, added] = places.try_emplace(pair_of(seat.seat, seat.person), row.seats.size());
    if (added) {
      row.seats.push_back(std::move(seat));
      continue;
    }
    SeatRow& known = row.seats[place->second];
    if (!seat.seat.empty())
      known.added = std::min(known.added, seat.added);  // told again
    else
      known.added = std::max(known.added, seat.added);  // perhaps came back
  }
  std::sort(row.seats.begin(), row.seats.end());
}

bool add_leavings(BookingRow& row, std::vector<SeatLeft> leavings) {
  bool news = false;
  auto places = places_in(row.left);
  for (SeatLeft& one : leavings) {
    const auto [place, added] = places.try_emplace(pair_of(one.seat, one.person), row.left.size());
    if (added) {
      row.left.push_back(std::move(one));
      news = true;
    } else {
      SeatLeft& known = row.left[place->second];
      known.at = std::max(known.at, one.at);
    }
  }
  std::sort(row.left.begin(), row.left.end(), [](const SeatLeft& a, const SeatLeft& b) {
    return std::tie(a.seat, a.person) < std::tie(b.seat, b.person);
  });
  return news;
}

bool hear_seats(BookingRow& row, const BookingFacts& facts, const Stamp& by) {
  if (!facts.attendees) return false;
  const auto before = alive_seats(row).size();
  auto keys = keys_of(*facts.attendees, facts.seat_uid);
  std::vector<SeatRow> seats;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto& own = (*facts.attendees)[i].seat_uid;
    seats.push_back({own ? *own : facts.seat_uid.value_or(""), std::move(keys[i]), by.as_of});
  }
  add_seats(row, std::move(seats));
  return alive_seats(row).size() > before;
}

SeatsHeard hear_all_seats(BookingRow& row, const BookingFacts& facts, const Stamp& by) {
  SeatsHeard heard;
  if (!facts.attendees) return heard;
  const auto keys = keys_of(*facts.attendees);
  std::unordered_set<std::string_view> listed_seats, listed_people, known_seats, known_people;
  const auto alive = alive_seats(row);
  for (const auto* seat : alive) {
    if (!seat->seat.empty()) known_seats.insert(seat->seat);  // a guest of somebody's has none
    known_people.insert(seat->person);
  }
  std::vector<SeatRow> added;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const std::string seat = (*facts.attendees)[i].seat_uid.value_or(std::string());
    listed_people.insert(keys[i]);
    if (!known_seats.contains(seat) && !known_people.contains(keys[i]))
      added.push_back({seat, keys[i], by.as_of});
  }
  for (const auto& one : *facts.attendees)
    if (one.seat_uid) listed_seats.insert(*one.seat_uid);
  std::vector<SeatLeft> left;
  for (const auto* seat : alive)
    if (!listed_seats.contains(seat->seat) && !listed_people.contains(seat->person) && seat->added < by.as_of)
      left.push_back({seat->seat, seat->person, by.as_of});
  heard = {!added.empty(), !left.empty()};
  add_seats(row, std::move(added));
  add_leavings(row, std::move(left));
  return heard;
}

bool hear_seat_left(BookingRow& row, const BookingFacts& facts, const Stamp& by) {
  if (!facts.attendees) return false;
  const auto before = alive_seats(row).size();
  std::vector<SeatLeft> leavings;
  for (PersonKey& key : keys_of(*facts.attendees, facts.seat_uid))
    leavings.push_back({facts.seat_uid.value_or(""), std::move(key), by.as_of});
  const bool news = add_leavings(row, std::move(leavings));
  return news || alive_seats(row).size() < before;
}

}  // namespace calsync
