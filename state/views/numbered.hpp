// Bookings that are known by their number only (row `b/id:<number>`). Once a delivery names uid and number
// (index `i/<number>`), what was kept under the number becomes part of the uid's row: one booking has one row.
#pragma once
#include "state/views/chain.hpp"

namespace calsync {

// The uid; where only the number is given, the uid that was seen with it, else "id:<number>"; else empty.
std::string name_of(ViewTable& views, const BookingFacts& facts);

// `row`, which has a uid, turns out to have this number. Returns what was kept under the number alone; `row`
// has it now, as if it had been told all of it, and that row is gone.
std::optional<BookingRow> learn_number(ViewTable& views, BookingRow& row, const Integer& number);

}  // namespace calsync
