#include "daemon/reconcile/reconcile_pass.hpp"

#include "config/plan/impact.hpp"
#include "daemon/reconcile/apply_lock.hpp"
#include "daemon/reconcile/change_secrets.hpp"
#include "daemon/reconcile/future_bookings.hpp"
#include "daemon/reconcile/organisation_now.hpp"
#include "state/base/log.hpp"

#include <algorithm>

namespace calsync {
namespace {

// Read once, and only where some change may touch a booking.
class ImpactFromLog {
 public:
  ImpactFromLog(const EventLog& log, const Resources& live, Instant now)
      : log_(log), live_(live), now_(now) {}

  std::optional<Impact> of(const Change& change, const Resource* there) {
    if (!asked_) {
      asked_ = true;
      auto bookings = future_bookings(log_, now_);
      if (!bookings)
        log::warning("whom the plan touches is not known", {log::field("error", bookings.error().text())});
      else if (*bookings)
        impacts_.emplace(live_, **std::move(bookings), local_time);
    }
    if (!impacts_) return std::nullopt;
    return impacts_->of(change, there);
  }

 private:
  const EventLog& log_;
  const Resources& live_;
  Instant now_;
  bool asked_ = false;
  std::optional<Impacts> impacts_;
};

// Between look and lock a command may have held somebody, who must not be put back.
Result<void> nothing_was_held_since(const EventLog& log, const OwnState& then) {
  CALSYNC_TRY(now, "read the log", read_own_state(log));
  constexpr auto pattern = &Suspensions::value_type::first;
  if (now.held == then.held && std::ranges::equal(now.suspended, then.suspended, {}, pattern, pattern))
    return {};
  return Error{Errc::conflict,
               "people or addresses were put on hold, or let go, since the look: it is looked again"};
}

}  // namespace

Result<OrganisationLook> look_at_organisation(CalcomReads& api, const EventLog& log, const Settings& settings,
                                              const Revision* in_force, Instant now) {
  OrganisationLook look;
  CALSYNC_TRY(own, "reconcile", read_own_state(log));
  look.own = std::move(own);
  Desired applied = as_applied(look.own.owned);
  if (in_force != nullptr) applied.policy.ignore = in_force->desired.policy.ignore;
  CALSYNC_TRY(live, "read the live organisation",
              read_live_for(api, settings, in_force != nullptr ? in_force->desired : applied, &look.own,
                            ApiUse::drift));
  look.live = std::move(live);
  PlanOptions options = plan_options(settings, look.live, &look.own, now);
  look.drift = make_plan(applied, look.live.resources, options);
  if (in_force == nullptr) return look;
  ImpactFromLog impact(log, look.live.resources, now);
  options.impact = [&](const Change& change, const Resource* there) { return impact.of(change, there); };
  options.commit = in_force->commit;
  look.plan = make_plan(in_force->desired, look.live.resources, options);
  look.ours = split_drift(*look.plan, in_force->desired, look.own.owned);
  return look;
}

Result<ApplyResult> apply_now(const ApplyNow& parts, OrganisationLook& look) {
  const Plan& plan = look.ours->plan;
  const Desired& desired = parts.revision.desired;
  CALSYNC_TRY(only_one, "apply", ApplyLock::take(parts.settings.log.path));
  CALSYNC_CHECK("apply", nothing_was_held_since(parts.log, look.own));
  CALSYNC_CHECK("apply", secrets_are_there(desired, plan));
  Performer performer(parts.api, parts.settings.calcom.organization_id, desired, look.live, secret_of);
  return apply_plan(
      plan, desired, look.live,
      {.performer = performer,
       .note = parts.note,
       .progress = [&](std::size_t done, std::size_t of, const Change&) { parts.progress(done, of); },
       .commit = parts.revision.commit,
       .before = &look.own.owned,
       .stop = parts.stop});
}

}  // namespace calsync
