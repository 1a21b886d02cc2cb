#include "state/views/first_prices.hpp"

#include "state/views/json_pieces.hpp"

#include <limits>

namespace calsync {
namespace {

constexpr std::size_t furthest_parent = 1000;

}  // namespace

std::optional<std::int64_t> signed_number(const Integer& number) {
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (number.magnitude > most) return std::nullopt;
  const auto size = static_cast<std::int64_t>(number.magnitude);
  return number.negative ? -size : size;
}

void FirstPrices::note(const std::string& name, const std::string& json) {
  if (json.empty()) return;
  Told& told = told_[name];
  const JsonPiece booking(json);
  if (const auto parent = booking.at("rescheduledFrom").at("uid").string()) told.parent = *parent;
  if (told.price) return;
  const auto price = booking.at("price").integer();
  const auto minor = price ? signed_number(*price) : std::nullopt;
  if (minor) told.price = Price{*minor, booking.at("currency").string().value_or("")};
}

// The events that told it can no longer be read.
void FirstPrices::note_erased(const EventRecord& event) {
  const JsonPiece value(event.value), detail = value.at("detail");
  Told& told = told_[event.subject];
  if (const auto parent = value.at("booking").at("rescheduledFrom").at("uid").string()) told.parent = *parent;
  const auto price = detail.at("firstPrice").integer();
  const auto minor = price ? signed_number(*price) : std::nullopt;
  if (minor && !told.price) told.price = Price{*minor, detail.at("currency").string().value_or("")};
}

void FirstPrices::begin(ViewSource& at_cut) {
  each_booking(at_cut, {}, [this](FoundBooking booking, Instant) {
    note(booking.name, booking.json);
    return true;
  });
}

void FirstPrices::take(const EventRecord& event) {
  if (event.topic != Topic::bookings || event.erased) return;
  if (event.type == "booking.erased") return note_erased(event);
  for (const StateValue& state : event.states) note(state.uid.value(), state.json);
  if (event.subject.starts_with("id:"))
    note(event.subject, JsonPiece(event.value).at("booking").json().value_or(""));
}

std::optional<FirstPrices::Price> FirstPrices::price_of(std::string_view booking) const {
  std::optional<Price> price;
  for (std::size_t steps = 0; !booking.empty() && steps < furthest_parent; ++steps) {
    const auto found = told_.find(booking);
    if (found == told_.end()) break;
    if (found->second.price) price = found->second.price;
    booking = found->second.parent;
  }
  return price;
}

}  // namespace calsync
