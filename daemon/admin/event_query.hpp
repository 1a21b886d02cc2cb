// /api/v1/events: which events a caller asks for.
#pragma once
#include "connectors/http/server.hpp"
#include "daemon/admin/event_filter.hpp"

#include <string>

namespace calsync {

struct EventQuery {
  EventFilter filter{};
  std::string booking{}, person{};  // words: resolve() looks up what they stand for
  EventSequence after{};
  std::size_t limit = 100;
  std::chrono::milliseconds wait{0};
};

// Pure. Fails: rejected, naming the parameter; an unknown parameter too,
// for a misspelt filter would answer everything.
Result<EventQuery> parse_event_query(const ServerRequest& request, Instant now);
// Fails: as reading the log does.
Result<void> resolve(const EventLog& log, EventQuery& query);
// Both; and what is answered where that fails.
Result<EventQuery> understand_event_query(const EventLog& log, Instant now, const ServerRequest& request);
ServerResponse refused_event_query(const Error& error);

}  // namespace calsync
