// How large one booking may grow. Far beyond what Cal.com makes (at most 1,000 seats, guests by the ten), and low
// enough that no delivery costs much: each decodes, renders, compares and writes the whole booking. What would
// bring it beyond is quarantined and changes nothing. Nobody is ever forgotten instead: what an older delivery
// says of a person who is gone must find the same row in every order. Pure.
#pragma once
#include "state/views/booking_row.hpp"

namespace calsync {

inline constexpr std::size_t most_people = 2'000;  // ever told: hosts, guests, who left
inline constexpr std::size_t most_seats = 4'000;   // ever taken, and as many leavings
inline constexpr std::size_t most_answers = 1'000;
inline constexpr std::size_t most_bytes = std::size_t{512} << 10U;  // as a row, and as JSON

// Why the booking is too large, for a person; empty: it is not.
std::string too_many(const BookingRow& row);
std::string too_large(std::size_t bytes);

}  // namespace calsync
