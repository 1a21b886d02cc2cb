#include "state/views/erasure.hpp"

#include "state/events/email.hpp"
#include "state/views/chain.hpp"
#include "state/views/told_fields.hpp"

#include <algorithm>

namespace calsync {
namespace {

constexpr std::string_view bookings = "b/";

// Every text that a booking has beside its people.
template <class Visit>
void for_each_text(const BookingRow& row, Visit&& visit) {
  const auto text = [&visit](std::uint8_t, const auto& told) {
    if constexpr (std::is_same_v<std::decay_t<decltype(told)>, Told<std::string>>)
      if (told.value) visit(*told.value);
  };
  for_each_told(text, row);
  for (const auto& [slug, answer] : row.responses)
    if (answer.value) visit(*answer.value);
  if (row.cancellation.value) {
    if (const auto& by = row.cancellation.value->by) visit(*by);
    if (const auto& reason = row.cancellation.value->reason) visit(*reason);
  }
  if (row.rescheduled_from.value && row.rescheduled_from.value->by) visit(*row.rescheduled_from.value->by);
  visit(row.newer);
}

// Of the people only hosts stay, and of them not who is called `gone`.
void keep_other_hosts(BookingRow& row, const std::string& gone) {
  std::erase_if(row.people, [&](const auto& one) {
    const auto& [key, person] = one;
    return !person.host || key == gone || lower_ascii(person.email.value.value_or("")) == gone;
  });
  const auto left = [&row](const PersonKey& key) { return row.people.contains(key); };
  if (row.organizer.value && !left(*row.organizer.value)) row.organizer = {};
  if (row.members.value) std::erase_if(*row.members.value, [&](const auto& key) { return !left(key); });
  row.attendees = {};
  row.seats.clear();
  row.left.clear();
}

void drop_free_text(BookingRow& row) {
  for (auto* text : {&row.title, &row.description, &row.location, &row.video_call_url, &row.rejection_reason,
                     &row.metadata})
    *text = {};
  row.responses.clear();
  row.cancellation = {};
  if (row.rescheduled_from.value) row.rescheduled_from.value->by.reset();
  row.newer.clear();
}

}  // namespace

PersonErasure::PersonErasure(std::string_view email) : email_(lower_ascii(email)) {}

bool PersonErasure::names(std::string_view text) const {
  if (lower_ascii(text).find(email_) == std::string::npos) return false;  // the usual case, and quick
  std::vector<std::string> found;
  collect_emails(text, found);
  return std::ranges::find(found, email_) != found.end();
}

bool PersonErasure::is_in(const BookingRow& row) const {
  const auto is_person = [this](const auto& one) {
    return one.first == email_ || lower_ascii(one.second.email.value.value_or("")) == email_;
  };
  if (std::ranges::any_of(row.people, is_person)) return true;
  const auto is_seat = [this](const auto& seat) { return seat.person == email_; };
  if (std::ranges::any_of(row.seats, is_seat) || std::ranges::any_of(row.left, is_seat)) return true;
  bool found = false;
  for_each_text(row, [&](const std::string& text) { found = found || names(text); });
  return found;
}

bool PersonErasure::names(std::string_view key, std::string_view row) const {
  if (!key.starts_with(bookings)) return names(key) || names(row);
  if (lower_ascii(row).find(email_) == std::string::npos) return false;
  return is_in(read_booking_row(key.substr(bookings.size()), row));
}

std::optional<std::string> PersonErasure::without(std::string_view key, std::string row) const {
  if (!names(key, row)) return row;
  if (!key.starts_with(bookings)) return std::nullopt;
  BookingRow booking = read_booking_row(key.substr(bookings.size()), row);
  keep_other_hosts(booking, email_);
  drop_free_text(booking);
  booking.erased = true;
  return encode(booking);
}

ViewTable::Changes PersonErasure::without(ViewTable::Changes changes) const {
  ViewTable::Changes left;
  for (auto& [key, value] : changes) {
    if (value) value = without(key, *std::move(value));
    if (value || !names(key)) left.emplace(key, std::move(value));
  }
  return left;
}

}  // namespace calsync
