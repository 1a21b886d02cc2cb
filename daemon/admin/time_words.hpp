// Times as people type them: an instant, a date (UTC), "now", or how long ago. Pure.
#pragma once
#include "state/base/time.hpp"

namespace calsync {

// A date means its first instant, or the first instant after it: dates are inclusive.
enum class Edge { since, until };

// "2026-11-20T09:30:00Z" (any offset), "2026-11-20", "now", "90m", "2h", "7d" (that long before `now`).
Result<Instant> parse_when(std::string_view text, Edge edge, Instant now);

}  // namespace calsync
