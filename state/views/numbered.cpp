#include "state/views/numbered.hpp"

#include "state/views/told_fields.hpp"

#include <algorithm>

namespace calsync {
namespace {

std::string index_key(const Integer& number) {
  return "i/" + to_text(number);
}

template <class T>
void add_all(std::vector<T>& sorted, const std::vector<T>& more) {
  std::vector<T> both;
  std::set_union(sorted.begin(), sorted.end(), more.begin(), more.end(), std::back_inserter(both));
  sorted = std::move(both);
}

void join_told(BookingRow& row, const BookingRow& other) {
  const auto hear = [](std::uint8_t, auto& into, const auto& from) { into.hear(from.value, from.stamp); };
  for_each_told(hear, row, other);
  for (const auto& [key, person] : other.people) {
    PersonRow& known = row.people[key];
    for_each_told_of_person(hear, known, person);
    known.host = known.host || person.host;
  }
  for (const auto& [slug, answer] : other.responses) row.responses[slug].hear(answer.value, answer.stamp);
}

// The key stays what it was at the row's first event, or was at the other's.
void join(BookingRow& row, const BookingRow& other) {
  const auto parent = row.rescheduled_from;
  join_told(row, other);
  if (row.rescheduled_from.value && row.rescheduled_from.value->uid == row.uid)
    row.rescheduled_from = parent;  // said before the uid was known: no link
  add_seats(row, other.seats);
  add_leavings(row, other.left);
  row.paid = row.paid || other.paid;
  add_all(row.paid_ids, other.paid_ids);
  add_all(row.seen, other.seen);
  if (row.key.empty()) row.key = other.key;
  row.announced = row.announced || other.announced;
  row.as_of = std::max(row.as_of, other.as_of);
  row.api_as_of = std::max(row.api_as_of, other.api_as_of);
  row.newer += other.newer;
  row.erased = row.erased || other.erased;
  row.told_erased = row.told_erased || other.told_erased;
}

}  // namespace

std::string name_of(ViewTable& views, const BookingFacts& facts) {
  if (facts.uid) return *facts.uid;
  if (!facts.id) return {};
  if (auto uid = views.get(index_key(*facts.id))) return *uid;
  return "id:" + to_text(*facts.id);
}

std::optional<BookingRow> learn_number(ViewTable& views, BookingRow& row, const Integer& number) {
  views.put(index_key(number), row.uid);
  const std::string name = "id:" + to_text(number);
  auto numbered = load_booking(views, name);
  if (!numbered) return std::nullopt;
  views.erase(booking_row_key(name));
  join(row, *numbered);
  return numbered;
}

}  // namespace calsync
