// Which events somebody asks for: the filters of /api/v1/events and of the command line.
#pragma once
#include "state/store/event_log.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace calsync {

// Empty, or not set: any.
struct EventFilter {
  // When the log took the record that the event was made from: since <= time < until.
  std::optional<Instant> since{}, until{};
  std::optional<Instant> occurred_since{}, occurred_until{};  // the event's own time
  EventSequence from{1}, to{UINT64_MAX};
  std::optional<Topic> topic{};
  std::string type{};  // "booking.created"; "booking.*"; "calsync." in front is accepted
  std::string key{}, subject{};
  std::string trigger{};                              // of its record, in any case
  std::vector<std::string> bookings{};                // subject or key, among bookings (booking_chain.hpp)
  std::optional<std::vector<RawSequence>> records{};  // made from one of these; ascending

  // By what the event itself says: all but since, until and trigger.
  [[nodiscard]] bool matches(const EventRecord& event) const;
  // All of it; reads the event's record where that is asked for.
  [[nodiscard]] Result<bool> matches(const EventLog& log, const EventRecord& event) const;
};

bool is_inside(Instant time, const std::optional<Instant>& since, const std::optional<Instant>& until);
bool same_word(std::string_view a, std::string_view b);  // in any case
bool type_matches(std::string_view pattern, std::string_view type);

// "bookings" …  Fails: rejected, with the names that there are.
Result<Topic> parse_topic(std::string_view name);

}  // namespace calsync
