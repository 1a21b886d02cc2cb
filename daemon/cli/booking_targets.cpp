#include "daemon/cli/booking_targets.hpp"

#include "connectors/calcom/paging.hpp"
#include "connectors/calcom/query.hpp"
#include "daemon/cli/booking_words.hpp"
#include "state/events/email.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace calsync::cli {
namespace {

struct TargetFilter {
  std::string host, attendee, event_type;
  std::optional<Instant> from, before;

  [[nodiscard]] bool fits(const LiveBooking& booking) const {
    const auto among = [](const std::vector<LivePerson>& people, const std::string& email) {
      return std::ranges::any_of(
          people, [&](const LivePerson& person) { return equal_ignoring_case(person.email, email); });
    };
    return booking.is_active() && (host.empty() || among(booking.hosts, host)) &&
           (attendee.empty() || among(booking.attendees, attendee)) &&
           (event_type.empty() || booking.event_type == event_type) && (!from || booking.start >= *from) &&
           (!before || booking.start < *before);
  }
};

Result<TargetFilter> target_filter(const TargetWords& words) {
  CALSYNC_TRY(zone, "--timezone", Zone::find(words.zone));
  TargetFilter filter{words.host, words.attendee, words.event_type, {}, {}};
  if (!words.from.empty()) {
    CALSYNC_TRY(from, "--from", day_or_instant(words.from, zone, DayEdge::first));
    filter.from = from;
  }
  if (!words.to.empty()) {
    CALSYNC_TRY(before, "--to", day_or_instant(words.to, zone, DayEdge::after));
    filter.before = before;
  }
  return filter;
}

// The server's own filters make the list short; what it ignores is held against each row here.
std::string list_path(std::int64_t organization_id, const TargetFilter& filter) {
  Query query("/v2/organizations/" + std::to_string(organization_id) + "/bookings");
  query.add("sortStart", "asc");
  if (!filter.attendee.empty()) query.add("attendeeEmail", filter.attendee);
  if (filter.from) query.add("afterStart", to_text(*filter.from));
  return query.path();
}

Result<std::vector<LiveBooking>> targets_by_filter(CalcomReads& api, std::int64_t organization_id,
                                                   const TargetWords& words) {
  CALSYNC_TRY(filter, "filter", target_filter(words));
  CALSYNC_TRY(rows, "list", list_all(api, list_path(organization_id, filter), ApiUse::interactive));
  std::vector<LiveBooking> out;
  for (const auto& [uid, row] : rows) {
    CALSYNC_TRY(booking, "list", read_live_booking(row));
    if (filter.fits(booking)) out.push_back(std::move(booking));
  }
  return out;
}

Result<std::vector<LiveBooking>> targets_by_uid(CalcomReads& api, const std::vector<std::string>& uids) {
  std::vector<LiveBooking> out;
  for (const std::string& uid : uids) {
    auto found = get_bookings(api, uid, ApiUse::interactive);
    if (!found && found.error().code == Errc::not_found)
      return Error{Errc::not_found, "there is no booking " + uid + " at Cal.com"};
    if (!found) return found.error();
    for (LiveBooking& booking : *found)
      if (std::ranges::find(out, booking.uid, &LiveBooking::uid) == out.end())
        out.push_back(std::move(booking));
  }
  return out;
}

}  // namespace

void declare_targets(CLI::App& app, TargetWords& words) {
  app.add_option("UID", words.uids, "bookings; of a series its own uid stands for all occurrences");
  app.add_option("--host", words.host, "instead: active bookings of this host")->type_name("EMAIL");
  app.add_option("--attendee", words.attendee, "with this attendee")->type_name("EMAIL");
  app.add_option("--event-type", words.event_type, "of this event type")->type_name("SLUG");
  app.add_option("--from", words.from, "that begin on this day or later")->type_name("DATE|TIME");
  app.add_option("--to", words.to, "that begin on this day or earlier")->type_name("DATE|TIME");
  declare_zone(app, words.zone);
}

void must_name_targets(const TargetWords& words) {
  if (words.uids.empty() && !words.has_filter()) throw CLI::RequiredError("UID, or a filter");
  if (!words.uids.empty() && words.has_filter())
    throw CLI::ValidationError("UID", "name bookings, or a filter, not both");
}

Result<std::vector<LiveBooking>> find_targets(CalcomReads& api, std::int64_t organization_id,
                                              const TargetWords& words) {
  auto found =
      words.uids.empty() ? targets_by_filter(api, organization_id, words) : targets_by_uid(api, words.uids);
  if (found)
    std::ranges::sort(*found, {},
                      [](const LiveBooking& booking) { return std::pair(booking.start, booking.uid); });
  return found;
}

}  // namespace calsync::cli
