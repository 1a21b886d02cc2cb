#include "daemon/admin/booking_request.hpp"

#include "daemon/admin/time_words.hpp"

#include <charconv>

namespace calsync {
namespace {

constexpr std::size_t limit_max = 1000;

struct Parameter {
  std::string_view name;
  Result<void> (*take)(BookingRequest& request, const std::string& value, Instant now);
};

template <auto Member>
Result<void> take_text(BookingRequest& request, const std::string& value, Instant) {
  request.filter.*Member = value;
  return {};
}

template <auto Member, Edge edge>
Result<void> take_start(BookingRequest& request, const std::string& value, Instant now) {
  CALSYNC_TRY(instant, "time", parse_when(value, edge, now));
  request.filter.*Member = instant;
  return {};
}

Result<void> take_since(BookingRequest& request, const std::string& value, Instant now) {
  CALSYNC_TRY(instant, "time", parse_when(value, Edge::since, now));
  request.since = instant;
  return {};
}

Result<void> take_status(BookingRequest& request, const std::string& value, Instant) {
  const auto status = booking_status(value);
  if (!status) {
    std::string known;
    for (const auto one : all_booking_statuses)
      known += (known.empty() ? "" : ", ") + std::string(to_text(one));
    return Error{Errc::rejected, "is none of " + known};
  }
  request.filter.status.push_back(*status);
  return {};
}

Result<void> take_after(BookingRequest& request, const std::string& value, Instant) {
  request.after = value;
  return {};
}

Result<void> take_limit(BookingRequest& request, const std::string& value, Instant) {
  const auto [end, failed] = std::from_chars(value.data(), value.data() + value.size(), request.limit);
  const bool read = failed == std::errc{} && end == value.data() + value.size();
  if (!read || request.limit < 1 || request.limit > limit_max)
    return Error{Errc::rejected, "is not 1.." + std::to_string(limit_max)};
  return {};
}

// deploy/openapi.json describes them.
constexpr Parameter parameters[] = {
    {"uid", take_text<&BookingFilter::uid>},
    {"chain", take_text<&BookingFilter::chain>},
    {"host", take_text<&BookingFilter::host>},
    {"attendee", take_text<&BookingFilter::attendee>},
    {"eventType", take_text<&BookingFilter::event_type>},
    {"team", take_text<&BookingFilter::team>},
    {"status", take_status},
    {"from", take_start<&BookingFilter::from, Edge::since>},
    {"to", take_start<&BookingFilter::to, Edge::until>},
    {"since", take_since},
    {"text", take_text<&BookingFilter::text>},
    {"after", take_after},
    {"limit", take_limit},
};

Result<void> take(BookingRequest& request, const std::string& name, const std::string& value, Instant now) {
  if (value.empty()) return Error{Errc::rejected, "is empty: leave it out for any"};
  std::string known;
  for (const Parameter& parameter : parameters) {
    if (parameter.name == name) return parameter.take(request, value, now);
    known += (known.empty() ? "" : ", ") + std::string(parameter.name);
  }
  return Error{Errc::rejected, "is no filter (" + known + ")"};
}

}  // namespace

Result<BookingRequest> parse_booking_request(const ServerRequest& request, Instant now) {
  BookingRequest asked;
  for (const auto& [name, value] : request.query)
    if (const auto taken = take(asked, name, value, now); !taken)
      return Error{Errc::rejected, name + ": " + taken.error().what};
  return asked;
}

}  // namespace calsync
