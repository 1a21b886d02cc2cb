// IANA time zones, for schedules and slots.  Runs on: any thread.
#pragma once
#include "state/base/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace calsync::sandbox {

// "europe/berlin" → "Europe/Berlin"; nothing for what is no zone.
std::optional<std::string> zone_name(std::string_view text);

// How far the zone's clocks are ahead of UTC then. An unknown zone is UTC.
std::chrono::minutes offset_at(std::string_view zone, Instant instant);

// When the zone's clocks show that time; a time that is skipped is read with the offset before.
Instant at_wall_time(std::string_view zone, std::chrono::sys_days day, std::chrono::minutes time);

// "2026-11-23T08:00:00.000+01:00"
std::string zoned_text(std::string_view zone, Instant instant);

}  // namespace calsync::sandbox
