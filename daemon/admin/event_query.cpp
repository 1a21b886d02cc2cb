#include "daemon/admin/event_query.hpp"

#include <charconv>
#include <limits>

namespace calsync {
namespace {

constexpr std::size_t limit_max = 1000;
constexpr std::chrono::milliseconds wait_max = std::chrono::seconds{60};
constexpr std::uint64_t number_max = std::numeric_limits<std::int64_t>::max();  // one more still has a next

Result<std::uint64_t> parse_number(const std::string& text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size())
    return Error{Errc::rejected, "is no whole number"};
  if (value > number_max) return Error{Errc::rejected, "is above " + std::to_string(number_max)};
  return value;
}

Result<void> take(EventQuery& query, const std::string& name, const std::string& value) {
  EventFilter& filter = query.filter;
  if (value.empty()) return Error{Errc::rejected, "is empty: leave it out for any", name};
  if (name == "topic") {
    CALSYNC_TRY(topic, name, parse_topic(value));
    filter.topic = topic;
  } else if (name == "type") {
    filter.type = value;
  } else if (name == "key") {
    filter.key = value;
  } else if (name == "subject") {
    filter.subject = value;
  } else if (name == "booking") {
    filter.booking = value;
  } else if (name == "since" || name == "until") {
    CALSYNC_TRY(instant, name, parse_instant(value));
    (name == "since" ? filter.since : filter.until) = instant;
  } else if (name == "after") {
    CALSYNC_TRY(sequence, name, parse_number(value));
    query.after = EventSequence{sequence};
  } else if (name == "limit") {
    CALSYNC_TRY(limit, name, parse_number(value));
    if (limit < 1 || limit > limit_max)
      return Error{Errc::rejected, "is not 1.." + std::to_string(limit_max), name};
    query.limit = limit;
  } else if (name == "wait") {
    CALSYNC_TRY(wait, name, parse_duration(value));
    if (wait < wait.zero() || wait > wait_max) return Error{Errc::rejected, "is not 0s..60s", name};
    query.wait = wait;
  } else {
    return Error{Errc::rejected,
                 "is no filter (topic, type, key, subject, booking, since, until, after, limit, wait)", name};
  }
  return {};
}

}  // namespace

Result<EventQuery> parse_event_query(const ServerRequest& request) {
  EventQuery query;
  for (const auto& [name, value] : request.query) {
    if (auto taken = take(query, name, value); !taken)
      return Error{Errc::rejected, taken.error().trail + ": " + taken.error().what};
  }
  return query;
}

}  // namespace calsync
