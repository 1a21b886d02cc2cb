// /api/v1/bookings: which bookings a caller asks for.
#pragma once
#include "connectors/http/server.hpp"
#include "state/views/booking_query.hpp"

namespace calsync {

struct BookingRequest {
  BookingFilter filter{};
  std::optional<Instant> since{};  // Cal.com said something of it at this time or later
  std::string after{};             // behind this booking's name
  std::size_t limit = 100;
};

// Pure. Fails: rejected, naming the parameter; an unknown parameter too, for a misspelt filter would answer
// everything.
Result<BookingRequest> parse_booking_request(const ServerRequest& request, Instant now);

}  // namespace calsync
