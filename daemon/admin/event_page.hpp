// GET /api/v1/events. Runs on: the admin loop. Blocks: on reads of at most 256 events or 1 MiB at a time;
// between two of them other requests have their turn.
#pragma once
#include "connectors/http/server.hpp"
#include "state/store/event_log.hpp"

namespace calsync {

boost::asio::awaitable<ServerResponse> event_page(const EventLog& log, ServerRequest request);

}  // namespace calsync
