// When somebody can be booked: schedule, overrides, time off, and what is booked already.
// Of a booking it reads `status` (accepted or pending: in the way), `start`, `end` (as to_text writes them), `userId` (the host) and `_hostIds` (an
// array: co-hosts of a collective event).
#pragma once
#include "connectors/calcom/sandbox/world.hpp"

#include <vector>

namespace calsync::sandbox {

struct Span {
  Instant start{}, end{};
};

// Within from..to, by the schedule that is meant: the event type's, else the user's default, else Mon–Fri 09–17 in the
// user's time zone. Sorted, without overlap.
std::vector<Span> open_hours(World& world, std::int64_t user_id, const Row& event_type, Span within);

// Nothing else booked then, by day and with the event type's buffers; `except`: a booking's id that does not count.
bool is_busy(World& world, std::int64_t user_id, const Row& event_type, Span then, std::int64_t except = 0);

// Open, not busy, not out of office.
bool is_available(World& world, std::int64_t user_id, const Row& event_type, Span then,
                  std::int64_t except = 0);

// The hosts of a team's event type, or the owner.
std::vector<std::int64_t> hosts_of(const Row& event_type);

// Whether it can be booked then: one host for round robin, all for collective, the owner of one's own.
bool is_bookable(World& world, const Row& event_type, Span then, std::int64_t except = 0);

}  // namespace calsync::sandbox
