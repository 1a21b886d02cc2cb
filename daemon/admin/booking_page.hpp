// GET /api/v1/bookings.
// Runs on:  the admin loop.
// Blocks:   on reads of at most 64 bookings at a time; between two of them other requests have their turn.
// Promises: a page of at most 1 MiB, or one booking; at most 5,000 bookings are looked at for one page.
#pragma once
#include "connectors/http/server.hpp"
#include "state/store/event_log.hpp"

namespace calsync {

boost::asio::awaitable<ServerResponse> booking_page(const EventLog& log, Clock& clock, ServerRequest request);

}  // namespace calsync
