// GET /api/v1/people: who was in bookings, by e-mail.
// Runs on:  the admin loop.
// Blocks:   on reads of at most 64 bookings at a time; between two of them other requests have their turn.
// Promises: every page looks at all bookings, and holds no more people than it answers (limit, at most 1,000).
#pragma once
#include "connectors/http/server.hpp"
#include "state/store/event_log.hpp"

namespace calsync {

boost::asio::awaitable<ServerResponse> people_page(const EventLog& log, Clock& clock, ServerRequest request);

}  // namespace calsync
