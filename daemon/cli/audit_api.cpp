#include "connectors/calcom/paging.hpp"
#include "connectors/calcom/query.hpp"
#include "daemon/cli/audit_sources.hpp"
#include "daemon/cli/booking_rows.hpp"
#include "daemon/cli/deep_json.hpp"
#include "state/events/email.hpp"

#include <boost/json.hpp>

namespace calsync::cli {

namespace {
constexpr int listings_max = 3;
constexpr std::size_t asked_one_by_one = 50;

std::string root_of(std::int64_t organization) {
  return organization > 0 ? "/v2/organizations/" + std::to_string(organization) : "/v2";
}

// Rows that come twice show that the list moved while it was read: others may have been passed over.
Result<audit::ApiBookings> list_bookings_of(CalcomReads& api, const std::string& path) {
  audit::ApiBookings all;
  for (int listing = 0; listing < listings_max; ++listing) {
    const auto take = [&all](const std::vector<boost::json::object>& rows) -> Result<bool> {
      for (const auto& row : rows) {
        CALSYNC_TRY(booking, "bookings", audit::read_api_booking(row));
        all.insert_or_assign(booking.uid, booking);
      }
      return true;
    };
    CALSYNC_TRY(moved, "list bookings", each_page(api, path, ApiUse::interactive, take));
    if (!moved) break;
  }
  return all;
}

bool is_ours(const ApiSide& side, const audit::ApiBooking& booking) {
  return side.members.empty() || booking.organizer.empty() || side.members.contains(booking.organizer);
}

// The API's own word about one booking. nullopt: it has it no longer.
Result<std::optional<audit::ApiBooking>> ask_for(CalcomReads& api, const std::string& uid) {
  const std::string path = "/v2/bookings/" + percent_encoded(uid);
  CALSYNC_TRY(answer, "ask for a booking", api.get(path, ApiUse::interactive));
  if (answer.status == 404) return std::optional<audit::ApiBooking>{};
  if (!answer.ok()) return answer.error("GET /v2/bookings/{uid}");
  CALSYNC_TRY(value, "GET /v2/bookings/{uid}", parse_deep_json(answer.body));
  const auto* object = value.if_object();
  const auto* data = object != nullptr ? object->if_contains("data") : nullptr;
  if (data != nullptr && data->is_array()) {  // of a series: all its bookings
    for (const auto& one : data->get_array()) {
      const auto* row = one.if_object();
      if (row == nullptr) continue;
      CALSYNC_TRY(booking, "GET /v2/bookings/{uid}", audit::read_api_booking(*row));
      if (booking.uid == uid) return std::optional(std::move(booking));
    }
    return std::optional<audit::ApiBooking>{};
  }
  if (data == nullptr || !data->is_object())
    return Error{Errc::rejected, "GET /v2/bookings/{uid}: the answer is no booking"};
  CALSYNC_TRY(booking, "GET /v2/bookings/{uid}", audit::read_api_booking(data->get_object()));
  return std::optional(std::move(booking));
}

Result<audit::KnownBookings> known_bookings(const EventLog& log) {
  CALSYNC_TRY(now, "read the views", bookings_now(log, {}, {}));
  audit::KnownBookings known;
  for (auto& booking : now.bookings)
    if (!booking.name.starts_with("id:")) known.emplace(booking.name, std::move(booking));
  return known;
}
}  // namespace

Result<ApiSide> read_api_side(CalcomReads& api, std::int64_t organization, Instant since) {
  ApiSide side;
  const std::string root = root_of(organization);
  const std::string path =
      Query(root + "/bookings").add("afterStart", to_text(since)).add("sortStart", "asc").path();
  CALSYNC_TRY(bookings, "bookings of the API", list_bookings_of(api, path));
  side.bookings = std::move(bookings);
  if (organization <= 0) return side;
  CALSYNC_TRY(people, "people of the organisation", list_all(api, root + "/users", ApiUse::interactive));
  for (const auto& [id, person] : people)
    if (const auto* email = person.if_contains("email"); email != nullptr && email->is_string())
      side.members.insert(lower_ascii(std::string_view(email->get_string())));
  return side;
}

Result<ApiAudit> audit_api(const EventLog& log, CalcomReads& api, const Settings& settings, Instant since,
                           Instant settled) {
  ApiAudit audit;
  CALSYNC_TRY(known, "audit", known_bookings(log));
  CALSYNC_TRY(side, "audit", read_api_side(api, settings.calcom.organization_id, since));
  audit.foreign = std::erase_if(side.bookings, [&](const auto& row) {
    return !known.contains(row.first) && !is_ours(side, row.second);
  });
  audit.findings = audit::told_as_vanished(known, side.bookings, since);
  std::size_t asked = 0;
  for (const auto& uid : audit::not_listed(known, side.bookings, since)) {
    if (asked++ >= asked_one_by_one) {
      ++audit.not_asked;
      continue;
    }
    CALSYNC_TRY(booking, "audit", ask_for(api, uid));
    if (booking)
      side.bookings.emplace(uid, *std::move(booking));
    else
      audit.findings.push_back(
          {audit::Weight::now, "vanished", uid,
           "the log has it as " +
               std::string(calsync::to_text(known.at(uid).status.value_or(BookingStatus::accepted))) +
               ", Cal.com no longer has it"});
  }
  audit.bookings = side.bookings.size();
  for (auto& finding : audit::join_api(known, side.bookings, settled))
    audit.findings.push_back(std::move(finding));
  return audit;
}

}  // namespace calsync::cli
