#include "daemon/people/future_hosting.hpp"

#include "config/resources/values.hpp"
#include "connectors/calcom/paging.hpp"
#include "connectors/calcom/query.hpp"
#include "state/events/email.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace calsync {
namespace {

bool has(const std::vector<LivePerson>& people, const std::string& email) {
  return std::ranges::any_of(people,
                             [&](const LivePerson& one) { return equal_ignoring_case(one.email, email); });
}

bool names(const Resource& event_type, const std::string& email) {
  const boost::json::array* hosts = list_in(event_type.fields, "hosts");
  return hosts != nullptr && std::ranges::any_of(*hosts, [&](const boost::json::value& host) {
           return host.is_object() && text_in(host.get_object(), "user") == email;
         });
}

}  // namespace

std::vector<const Resource*> hosted_by(const LiveState& live, const std::string& email) {
  std::vector<const Resource*> out;
  for (const auto& [address, resource] : live.resources)
    if (resource.kind->name == "eventType" && names(resource, email)) out.push_back(&resource);
  return out;
}

Result<FutureHosting> future_hosting(CalcomReads& api, std::int64_t organization, const std::string& email,
                                     const LiveState& live, Instant now) {
  const std::string path = Query("/v2/organizations/" + std::to_string(organization) + "/bookings")
                               .add("sortStart", "asc")
                               .add("afterStart", to_text(now - std::chrono::hours{24}))
                               .path();
  CALSYNC_TRY(rows, "list bookings", list_all(api, path, ApiUse::interactive));
  // Whatever the hosts of an event type are now: they may have been taken off it already, or be hosts as all members are.
  std::set<std::string> slugs;
  for (const auto& [address, type] : live.resources)
    if (type.kind->name == "eventType" && !text_in(type.fields, "team").empty())
      slugs.insert(text_in(type.fields, "slug"));
  FutureHosting out;
  for (const auto& [uid, row] : rows) {
    CALSYNC_TRY(booking, "list bookings", read_live_booking(row));
    out.seen.emplace(uid, booking);
    if (!booking.is_active() || booking.end <= now) continue;
    if (has(booking.hosts, email))
      out.organised.push_back(std::move(booking));
    else if (has(booking.attendees, email) && slugs.contains(booking.event_type))
      out.joined.push_back(std::move(booking));
  }
  for (auto* list : {&out.organised, &out.joined})
    std::ranges::sort(*list, {}, [](const LiveBooking& one) { return std::pair(one.start, one.uid); });
  return out;
}

Result<std::vector<LiveBooking>> all_hosting(CalcomReads& api, std::int64_t organization,
                                             const std::string& email) {
  const std::string path =
      Query("/v2/organizations/" + std::to_string(organization) + "/bookings").add("sortStart", "asc").path();
  CALSYNC_TRY(rows, "list bookings", list_all(api, path, ApiUse::interactive));
  std::vector<LiveBooking> out;
  for (const auto& [uid, row] : rows) {
    CALSYNC_TRY(booking, "list bookings", read_live_booking(row));
    if (has(booking.hosts, email)) out.push_back(std::move(booking));
  }
  std::ranges::sort(out, {}, [](const LiveBooking& one) { return std::pair(one.start, one.uid); });
  return out;
}

}  // namespace calsync
