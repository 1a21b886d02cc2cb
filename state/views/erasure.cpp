#include "state/views/erasure.hpp"

#include "state/events/email.hpp"
#include "state/views/chain.hpp"
#include "state/views/told_fields.hpp"

#include <algorithm>

namespace calsync {
namespace {

constexpr std::string_view bookings = "b/";
// How many events a Kafka key has had (emit.cpp). The key itself stands in the hash chain, and must go on without a gap.
constexpr std::string_view key_sequences = "ks/";

bool alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
}

// The letter of an escape in JSON text ("\\n", "\\u003c") belongs to nothing that stands behind it.
bool ends_an_escape(std::string_view text, std::size_t at) {
  if (at >= 2 && text[at - 2] == '\\' &&
      std::string_view("nrtbf").find(text[at - 1]) != std::string_view::npos)
    return true;
  return at >= 6 && text[at - 6] == '\\' && text[at - 5] == 'u';
}

// Is the address at `at` another one's end? "sales&a@x" and "ba@x" are whole addresses of others; "mailto:a@x", "to=a@x",
// a quote or a bracket before it are not part of it.
bool begins_at(std::string_view text, std::size_t at) {
  if (at == 0 || ends_an_escape(text, at)) return true;
  const char before = text[at - 1];
  if (before == '/' || before == '?' || before == '\'') return true;
  if (before == '=') {  // behind a name it is a query's, else an address may hold it
    const auto name = text.find_last_not_of("abcdefghijklmnopqrstuvwxyz_-", at - 2);
    return name == std::string_view::npos || text[name] == '?' || text[name] == '&' || text[name] == ' ';
  }
  if (static_cast<unsigned char>(before) >=
      0x80)  // quotes and dashes of typesetting, U+2000 to U+206F; else a letter
    return at >= 3 && text[at - 3] == '\xe2' && (text[at - 2] == '\x80' || text[at - 2] == '\x81');
  return !alphanumeric(before) && std::string_view(".!#$%&*+-^_`{|}~").find(before) == std::string_view::npos;
}

bool ends_at(std::string_view text, std::size_t end) {
  if (end >= text.size()) return true;
  const char behind = text[end];
  if (behind == '.') return end + 1 >= text.size() || !alphanumeric(text[end + 1]);
  return !alphanumeric(behind) && behind != '-' && behind != '_' && behind != '@';
}

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

// Of the people only hosts stay, and of them not who is to go.
template <class IsGone>
void keep_other_hosts(BookingRow& row, IsGone&& is_gone) {
  std::erase_if(row.people, [&](const auto& one) { return !one.second.host || is_gone(one); });
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
  const std::string lower = lower_ascii(text);
  for (auto at = lower.find(email_); at != std::string::npos; at = lower.find(email_, at + 1))
    if (begins_at(lower, at) && ends_at(lower, at + email_.size())) return true;
  return false;
}

bool PersonErasure::names(const PersonKey& key, const PersonRow& person) const {
  bool found = names(key);
  for_each_told_of_person(
      [&](std::uint8_t, const auto& told) {
        if constexpr (std::is_same_v<std::decay_t<decltype(told)>, Told<std::string>>)
          found = found || (told.value && names(*told.value));
      },
      person);
  return found;
}

bool PersonErasure::is_in(const BookingRow& row) const {
  const auto is_person = [this](const auto& one) { return names(one.first, one.second); };
  if (std::ranges::any_of(row.people, is_person)) return true;
  const auto is_seat = [this](const auto& seat) { return names(seat.person); };
  if (std::ranges::any_of(row.seats, is_seat) || std::ranges::any_of(row.left, is_seat)) return true;
  bool found = false;
  for_each_text(row, [&](const std::string& text) { found = found || names(text); });
  return found;
}

bool PersonErasure::names(std::string_view key, std::string_view row) const {
  if (key.starts_with(key_sequences)) return false;
  if (!key.starts_with(bookings)) return names(key) || names(row);
  if (lower_ascii(row).find(email_) == std::string::npos) return false;  // the usual case, and quick
  return is_in(read_booking_row(key.substr(bookings.size()), row));
}

std::optional<std::string> PersonErasure::without(std::string_view key, std::string row) const {
  if (!names(key, row)) return row;
  if (!key.starts_with(bookings)) return std::nullopt;
  BookingRow booking = read_booking_row(key.substr(bookings.size()), row);
  keep_other_hosts(booking, [this](const auto& one) { return names(one.first, one.second); });
  drop_free_text(booking);
  for_each_told(
      [this](std::uint8_t, auto& told) {  // a service or a team may be called after somebody
        if constexpr (std::is_same_v<std::decay_t<decltype(told)>, Told<std::string>>)
          if (told.value && names(*told.value)) told = {};
      },
      booking);
  booking.erased = true;
  booking.told_erased = false;  // who is forgotten after another one in it is told of, too
  return encode(booking);
}

ViewTable::Changes PersonErasure::without(ViewTable::Changes changes) const {
  ViewTable::Changes left;
  for (auto& [key, value] : changes) {
    if (value) value = without(key, *std::move(value));
    if (value || key.starts_with(key_sequences) || !names(key)) left.emplace(key, std::move(value));
  }
  return left;
}

}  // namespace calsync
