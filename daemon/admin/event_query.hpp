// /api/v1/events: which events a caller asks for, and how one looks as JSON. Pure.
#pragma once
#include "connectors/http/server.hpp"
#include "state/events/event_record.hpp"

#include <optional>
#include <string>

namespace calsync {

struct EventQuery {
  std::optional<std::string> topic{}, type{}, key{}, subject{}, booking{};
  std::optional<Instant> since{}, until{};
  EventSequence after{};
  std::size_t limit = 100;
  std::chrono::milliseconds wait{0};
};

// Fails: rejected, naming the parameter; an unknown parameter too, for a misspelt filter would answer
// everything.
Result<EventQuery> parse_event_query(const ServerRequest& request);
bool matches(const EventQuery& query, const EventRecord& event);
std::string event_json(const StoredEvent& stored);  // the value's bytes go in unchanged

}  // namespace calsync
