// A booking as an event shows it, into its row. Pure.
#pragma once
#include "state/views/booking_row.hpp"
#include "state/views/json_pieces.hpp"

namespace calsync {

// `by`: the stamp of what this event tells. What the row has already, and heavier, keeps its stamp.
void retell_booking(BookingRow& row, const JsonPiece& told, const Stamp& by);

}  // namespace calsync
