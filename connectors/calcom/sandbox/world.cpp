#include "connectors/calcom/sandbox/world.hpp"

namespace calsync::sandbox {

std::int64_t Table::insert(Row row) {
  const auto* given = row.if_contains("id");
  const std::int64_t id = given != nullptr && given->is_int64() ? given->as_int64() : next_id;
  row["id"] = id;
  next_id = std::max(next_id, id + 1);
  rows_.insert_or_assign(id, std::move(row));
  changed(id);
  return id;
}

Row* Table::find(std::int64_t id) {
  const auto at = rows_.find(id);
  return at == rows_.end() ? nullptr : &at->second;
}

Row* Table::find_if(const std::function<bool(const Row&)>& fits) {
  const auto at = std::find_if(rows_.begin(), rows_.end(), [&](const auto& row) { return fits(row.second); });
  return at == rows_.end() ? nullptr : &at->second;
}

bool Table::erase(std::int64_t id) {
  changed(id);
  return rows_.erase(id) == 1;
}

const BookingIndex& World::time_off_index() {
  time_off_index_.follow(out_of_office);
  return time_off_index_;
}

const BookingIndex& World::booking_index() {
  booking_index_.follow(bookings);
  return booking_index_;
}

std::uint64_t World::random() {
  if (!generator_) generator_.emplace(seed);
  return (*generator_)();
}

std::string World::random_id(std::size_t length) {
  constexpr std::string_view alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz123456789";
  std::string text(length, ' ');
  for (char& letter : text) letter = alphabet[random() % alphabet.size()];
  return text;
}

std::string World::random_uuid() {
  constexpr std::string_view hex = "0123456789abcdef";
  std::string text = "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx";
  for (char& letter : text)
    if (letter == 'x') letter = hex[random() % hex.size()];
  return text;
}

}  // namespace calsync::sandbox
