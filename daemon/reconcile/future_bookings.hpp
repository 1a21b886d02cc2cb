// The bookings that a plan's impact is about: active, beginning after `now`.
// Runs on:  the caller's thread.
// Blocks:   on the disk, or on the API: one call a 250 bookings.
// Fails:    as reading the log, or the API.
#pragma once
#include "config/plan/impact.hpp"
#include "connectors/calcom/api.hpp"
#include "state/store/event_log.hpp"

namespace calsync {

// From the booking view. nullopt: it has no booking at all, so that it says nothing about the organisation.
Result<std::optional<std::vector<FutureBooking>>> future_bookings(const EventLog& log, Instant now);

// From Cal.com. It lists the organiser as host only: who of `people` (e-mails in lower case) is among the attendees is a host,
// too (CONTRACT §16, collective event types).
Result<std::vector<FutureBooking>> future_bookings(CalcomReads& api, std::int64_t organization, Instant now,
                                                   const std::set<std::string, std::less<>>& people,
                                                   ApiUse use);

// As `LocalTime` wants it, from this machine's zones.
std::optional<std::string> local_time(Instant instant, std::string_view zone);

}  // namespace calsync
