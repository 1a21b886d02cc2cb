// GET /api/v1/events with Accept: text/event-stream: the events, and each new one, as server-sent events (HTML, section 9.2).
// Runs on:  the admin loop.
// Blocks:   on reads of at most 256 events or 256 KiB at a time.
// Promises: ascending, none left out and none twice, also over a reconnect: the id of each is its sequence, and Last-Event-ID goes on
//           behind it. A comment now and then, so that both sides see when the other is gone. At most streams_max at a time, each
//           with one piece in memory; who does not take it is cut off (connectors/http/server.hpp).
#pragma once
#include "connectors/http/server.hpp"
#include "state/store/event_log.hpp"

namespace calsync {

inline constexpr std::size_t streams_max = 16;

bool asks_for_event_stream(const ServerRequest& request);

// `streams`: how many there are; held by each, so that it outlives the last.
ServerResponse event_stream(const EventLog& log, Clock& clock, const std::shared_ptr<std::size_t>& streams,
                            ServerRequest request,
                            std::chrono::milliseconds heartbeat = std::chrono::seconds{15});

}  // namespace calsync
