#include "state/views/booking_limits.hpp"

#include <algorithm>

namespace calsync {
namespace {

std::string beyond(std::size_t most, const char* what) {
  return "the booking would have more than " + std::to_string(most) + " " + what;
}

}  // namespace

std::string too_many(const BookingRow& row) {
  if (row.people.size() > most_people) return beyond(most_people, "people");
  if (std::max(row.seats.size(), row.left.size()) > most_seats) return beyond(most_seats, "seats");
  if (row.responses.size() > most_answers) return beyond(most_answers, "answers");
  return {};
}

std::string too_large(std::size_t bytes) {
  return bytes > most_bytes ? beyond(most_bytes / 1024, "KiB") : std::string();
}

}  // namespace calsync
