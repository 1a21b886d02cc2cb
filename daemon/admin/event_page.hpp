// GET /api/v1/events.
// Runs on:  the admin loop.
// Blocks:   on reads of at most 256 events or 1 MiB at a time;
//           between two of them other requests have their turn.
// Promises: a page of at most 1 MiB, or one event; at most polls_max requests wait for an event at a time,
//           each no longer than its client does.
#pragma once
#include "connectors/http/server.hpp"
#include "state/store/event_log.hpp"

namespace calsync {

inline constexpr std::size_t polls_max = 32;

// `polls`: how many requests wait; its owner outlives them.
boost::asio::awaitable<ServerResponse> event_page(const EventLog& log, Clock& clock, std::size_t& polls,
                                                  ServerRequest request);

}  // namespace calsync
