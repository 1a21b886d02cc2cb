#include "daemon/audit/api_booking.hpp"

#include "state/events/email.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace calsync::audit {
namespace {

std::string text_of(const boost::json::object& row, std::string_view name) {
  const auto* value = row.if_contains({name.data(), name.size()});
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

std::optional<Instant> instant_of(const boost::json::object& row, std::string_view name) {
  const auto instant = parse_instant(text_of(row, name));
  return instant ? std::optional(*instant) : std::nullopt;
}

std::vector<std::string> emails_of(const boost::json::object& row, std::string_view name) {
  std::vector<std::string> emails;
  const auto* list = row.if_contains({name.data(), name.size()});
  if (list == nullptr || !list->is_array()) return emails;
  for (const auto& one : list->as_array()) {
    const auto* person = one.if_object();
    std::string email = person == nullptr ? std::string() : lower_ascii(text_of(*person, "email"));
    if (!email.empty()) emails.push_back(std::move(email));
  }
  return emails;
}

}  // namespace

Result<ApiBooking> read_api_booking(const boost::json::object& row) {
  ApiBooking booking{.uid = text_of(row, "uid"),
                     .status = text_of(row, "status"),
                     .title = text_of(row, "title"),
                     .location = text_of(row, "location"),
                     .rescheduled_from = text_of(row, "rescheduledFromUid")};
  if (booking.uid.empty()) return Error{Errc::rejected, "a row in the API's list of bookings has no uid"};
  booking.start = instant_of(row, "start");
  booking.end = instant_of(row, "end");
  booking.changed = instant_of(row, "updatedAt");
  if (!booking.changed) booking.changed = instant_of(row, "createdAt");
  const auto hosts = emails_of(row, "hosts");
  if (!hosts.empty()) booking.organizer = hosts.front();
  booking.attendees = emails_of(row, "attendees");
  sort_unique(booking.attendees);
  return booking;
}

}  // namespace calsync::audit
