// What `bookings list`, `bookings people` and `at … bookings` share.
#pragma once
#include "daemon/cli/booking_rows.hpp"
#include "daemon/cli/booking_words.hpp"
#include "daemon/cli/context.hpp"

namespace calsync::cli {

// From the log of the settings. `as_of`: a place in it; empty: now.
Result<BookingsAt> find_bookings(Context& context, const BookingWords& words, const std::string& as_of);
Exit list_bookings(Context& context, const BookingWords& words, const std::string& as_of);

}  // namespace calsync::cli
