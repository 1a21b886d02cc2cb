#include "daemon/cli/plan_impact.hpp"

#include "daemon/reconcile/future_bookings.hpp"
#include "state/events/email.hpp"

namespace calsync::cli {
namespace {

std::set<std::string, std::less<>> people_of(const LiveState& live) {
  std::set<std::string, std::less<>> out;
  const std::string prefix = "user/";
  for (auto at = live.resources.lower_bound(prefix);
       at != live.resources.end() && at->first.starts_with(prefix); ++at)
    out.insert(lower_ascii(at->first.substr(prefix.size())));
  return out;
}

// The view is what polls and webhooks keep true: of a log that no daemon keeps, nobody knows how old it is.
Result<std::vector<FutureBooking>> read_bookings(Context& context, const Settings& settings,
                                                 const CalcomAccess& access, const LiveState& live) {
  const Instant now = context.clock.wall();
  if (access.through_daemon()) {
    CALSYNC_TRY(reader, "read the bookings", LogReader::open(context, settings));
    CALSYNC_TRY(known, "read the bookings", future_bookings(reader.log(), now));
    if (known) return *std::move(known);
  }
  return future_bookings(access.api(), settings.calcom.organization_id, now, people_of(live),
                         ApiUse::interactive);
}

}  // namespace

std::function<std::optional<Impact>(const Change&, const Resource*)> impact_from(Context& context,
                                                                                 const Settings& settings,
                                                                                 const CalcomAccess& access,
                                                                                 const LiveState& live) {
  struct Asked {
    bool done = false;
    std::optional<Impacts> impacts;
  };
  return [&context, settings, &access, &live, asked = std::make_shared<Asked>()](
             const Change& change, const Resource* there) -> std::optional<Impact> {
    if (!may_touch_bookings(change)) return Impact{};
    if (!asked->done) {
      asked->done = true;
      auto bookings = read_bookings(context, settings, access, live);
      if (bookings)
        asked->impacts.emplace(live.resources, *std::move(bookings), local_time);
      else
        context.console.note("whom this plan touches is not known: " + printable(bookings.error().what));
    }
    if (!asked->impacts) return std::nullopt;
    return asked->impacts->of(change, there);
  };
}

}  // namespace calsync::cli
