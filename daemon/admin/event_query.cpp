#include "daemon/admin/event_query.hpp"

#include "daemon/admin/booking_chain.hpp"
#include "daemon/admin/time_words.hpp"

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

using Taken = Result<void>;
struct Parameter {
  std::string_view name;
  Taken (*take)(EventQuery& query, const std::string& value, Instant now);
};

template <auto Member>
Taken take_text(EventQuery& query, const std::string& value, Instant) {
  query.filter.*Member = value;
  return {};
}

template <auto Member, Edge edge>
Taken take_time(EventQuery& query, const std::string& value, Instant now) {
  CALSYNC_TRY(instant, "time", parse_when(value, edge, now));
  query.filter.*Member = instant;
  return {};
}

template <auto Member>
Taken take_sequence(EventQuery& query, const std::string& value, Instant) {
  CALSYNC_TRY(sequence, "sequence", parse_number(value));
  query.filter.*Member = EventSequence{sequence};
  return {};
}

Taken take_topic(EventQuery& query, const std::string& value, Instant) {
  CALSYNC_TRY(topic, "topic", parse_topic(value));
  query.filter.topic = topic;
  return {};
}

Taken take_after(EventQuery& query, const std::string& value, Instant) {
  CALSYNC_TRY(sequence, "after", parse_number(value));
  query.after = EventSequence{sequence};
  return {};
}

Taken take_limit(EventQuery& query, const std::string& value, Instant) {
  CALSYNC_TRY(limit, "limit", parse_number(value));
  if (limit < 1 || limit > limit_max) return Error{Errc::rejected, "is not 1.." + std::to_string(limit_max)};
  query.limit = limit;
  return {};
}

Taken take_wait(EventQuery& query, const std::string& value, Instant) {
  CALSYNC_TRY(wait, "wait", parse_duration(value));
  if (wait < wait.zero() || wait > wait_max) return Error{Errc::rejected, "is not 0s..60s"};
  query.wait = wait;
  return {};
}

template <auto Member>
Taken take_word(EventQuery& query, const std::string& value, Instant) {
  query.*Member = value;
  return {};
}

// The filters have the names of the command line's; deploy/openapi.json describes them.
constexpr Parameter parameters[] = {
    {"topic", take_topic},
    {"type", take_text<&EventFilter::type>},
    {"key", take_text<&EventFilter::key>},
    {"subject", take_text<&EventFilter::subject>},
    {"booking", take_word<&EventQuery::booking>},
    {"person", take_word<&EventQuery::person>},
    {"trigger", take_text<&EventFilter::trigger>},
    {"since", take_time<&EventFilter::since, Edge::since>},
    {"until", take_time<&EventFilter::until, Edge::until>},
    {"occurred_since", take_time<&EventFilter::occurred_since, Edge::since>},
    {"occurred_until", take_time<&EventFilter::occurred_until, Edge::until>},
    {"from_seq", take_sequence<&EventFilter::from>},
    {"to_seq", take_sequence<&EventFilter::to>},
    {"after", take_after},
    {"limit", take_limit},
    {"wait", take_wait},
};

Taken take(EventQuery& query, const std::string& name, const std::string& value, Instant now) {
  if (value.empty()) return Error{Errc::rejected, "is empty: leave it out for any"};
  std::string known;
  for (const Parameter& parameter : parameters) {
    if (parameter.name == name) return parameter.take(query, value, now);
    known += (known.empty() ? "" : ", ") + std::string(parameter.name);
  }
  return Error{Errc::rejected, "is no filter (" + known + ")"};
}

}  // namespace

Result<EventQuery> parse_event_query(const ServerRequest& request, Instant now) {
  EventQuery query;
  for (const auto& [name, value] : request.query) {
    if (const auto taken = take(query, name, value, now); !taken)
      return Error{Errc::rejected, name + ": " + taken.error().what};
  }
  return query;
}

Result<void> resolve(const EventLog& log, EventQuery& query) {
  if (!query.booking.empty()) {
    CALSYNC_TRY(chain, "follow the chain", chain_from(log, query.booking));
    query.filter.bookings = std::move(chain);
  }
  if (!query.person.empty()) {
    CALSYNC_TRY(records, "look for the person", log.records_of(query.person));
    query.filter.records = std::move(records);
  }
  return {};
}

Result<EventQuery> understand_event_query(const EventLog& log, Instant now, const ServerRequest& request) {
  CALSYNC_TRY(query, "query", parse_event_query(request, now));
  CALSYNC_CHECK("query", resolve(log, query));
  return query;
}

ServerResponse refused_event_query(const Error& error) {
  if (error.code == Errc::rejected) return error_response(400, "bad_request", error.what);
  return error_response(503, "unavailable", error.text());
}

}  // namespace calsync
