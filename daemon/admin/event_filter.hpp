// Which events somebody asks for: the filters of /api/v1/events and of the command line. Pure.
#pragma once
#include "state/events/event_record.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace calsync {

// Empty, or not set: any.
struct EventFilter {
  std::optional<Instant> since{}, until{};  // since <= time < until
  EventSequence from{1}, to{UINT64_MAX};
  std::optional<Topic> topic{};
  std::string type{};  // "booking.created"; "booking.*"; "calsync." in front is accepted
  std::string key{}, subject{};
  std::string booking{};  // subject or key, among bookings

  [[nodiscard]] bool matches(const EventRecord& event) const;
};

bool type_matches(std::string_view pattern, std::string_view type);

// "bookings" …  Fails: rejected, with the names that there are.
Result<Topic> parse_topic(std::string_view name);

}  // namespace calsync
