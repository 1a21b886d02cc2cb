// What `bookings list` and `at … bookings` share.
#pragma once
#include "daemon/cli/booking_words.hpp"
#include "daemon/cli/context.hpp"

namespace calsync::cli {

// `as_of`: a place in the log; empty: now.
Exit list_bookings(Context& context, const BookingWords& words, const std::string& as_of);

}  // namespace calsync::cli
