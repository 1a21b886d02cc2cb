#include "daemon/reconcile/future_bookings.hpp"

#include "connectors/calcom/live_booking.hpp"
#include "connectors/calcom/paging.hpp"
#include "connectors/calcom/query.hpp"
#include "state/base/zone.hpp"
#include "state/events/email.hpp"
#include "state/views/booking_query.hpp"

#include <boost/json.hpp>

namespace calsync {
namespace {

bool is_active(const FoundBooking& booking) {
  return booking.status != BookingStatus::cancelled && booking.status != BookingStatus::rejected;
}

std::vector<std::string> emails_of(const std::vector<PersonSeen>& people) {
  std::vector<std::string> out;
  for (const auto& one : people)
    if (!one.email.empty()) out.push_back(one.email);
  return out;
}

std::optional<std::int64_t> amount_of(const std::optional<Integer>& price) {
  if (!price || price->negative || price->magnitude > std::numeric_limits<std::int64_t>::max())
    return std::nullopt;
  return static_cast<std::int64_t>(price->magnitude);
}

FutureBooking of_view(const FoundBooking& booking) {
  return {.uid = booking.name,
          .title = booking.title,
          .start = *booking.start,
          .end = booking.end.value_or(*booking.start),
          .event_type_id = booking.event_type_id ? to_text(*booking.event_type_id) : "",
          .event_type = booking.event_type,
          .hosts = emails_of(booking.hosts),
          .clients = emails_of(booking.attendees),
          .price = amount_of(booking.price),
          .currency = booking.currency};
}

std::string event_type_id(const boost::json::object& row) {
  const auto* type = row.if_contains("eventType");
  const auto* object = type != nullptr ? type->if_object() : nullptr;
  const auto* id = object != nullptr ? object->if_contains("id") : row.if_contains("eventTypeId");
  return id != nullptr && id->is_number() ? boost::json::serialize(*id) : std::string();
}

FutureBooking of_api(const LiveBooking& booking, const boost::json::object& row,
                     const std::set<std::string, std::less<>>& people) {
  FutureBooking out{.uid = booking.uid,
                    .title = booking.title,
                    .start = booking.start,
                    .end = booking.end,
                    .event_type_id = event_type_id(row),
                    .event_type = booking.event_type};
  for (const auto& one : booking.hosts) out.hosts.push_back(one.email);
  for (const auto& one : booking.attendees)
    (people.contains(lower_ascii(one.email)) ? out.hosts : out.clients).push_back(one.email);
  return out;
}

}  // namespace

Result<std::optional<std::vector<FutureBooking>>> future_bookings(const EventLog& log, Instant now) {
  bool any = false;
  std::vector<FutureBooking> out;
  try {
    const auto views = log.views();
    each_booking(*views, {}, [&](const FoundBooking& booking, Instant) {
      any = true;
      if (booking.start && *booking.start > now && is_active(booking)) out.push_back(of_view(booking));
      return true;
    });
  } catch (const ViewError& unreadable) {
    return Error{unreadable.error};
  }
  if (!any) return std::optional<std::vector<FutureBooking>>{};
  return std::optional(std::move(out));
}

Result<std::vector<FutureBooking>> future_bookings(CalcomReads& api, std::int64_t organization, Instant now,
                                                   const std::set<std::string, std::less<>>& people,
                                                   ApiUse use) {
  const std::string path = Query("/v2/organizations/" + std::to_string(organization) + "/bookings")
                               .add("afterStart", to_text(now))
                               .add("sortStart", "asc")
                               .path();
  CALSYNC_TRY(rows, "list future bookings", list_all(api, path, use));
  std::vector<FutureBooking> out;
  for (const auto& [uid, row] : rows) {
    CALSYNC_TRY(booking, "list future bookings", read_live_booking(row));
    if (booking.is_active() && booking.start > now) out.push_back(of_api(booking, row, people));
  }
  return out;
}

std::optional<std::string> local_time(Instant instant, std::string_view zone) {
  const auto found = Zone::find(zone);
  return found ? std::optional(found->local(instant)) : std::nullopt;
}

}  // namespace calsync
