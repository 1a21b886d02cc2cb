// One look at the live organisation: against what was applied (drift) and against the revision in force (plan); and, where the mode
// is `apply`, making it so. When is the reconciler's business.
// Owner:    Reconciler.
// Runs on:  one thread.
// Blocks:   as CalcomReads, CalcomApi, the log and, in apply(), the lock of who else applies do.
// Promises: look() is given no way to change anything (P20). apply() makes nothing of a plan that the guard refuses as a whole, and
//           nothing while a command applies.
// Fails:    as reading live and the log do; apply(): conflict (a command applies, or one held or suspended something since the look), not_found and the like (a secret), as noting does.
#pragma once
#include "daemon/reconcile/apply.hpp"
#include "daemon/reconcile/followed_repository.hpp"
#include "daemon/reconcile/healing.hpp"
#include "daemon/reconcile/own_state.hpp"

namespace calsync {

struct OrganisationLook {
  LiveState live;
  OwnState own;
  Plan drift;                      // from what is live to what was applied
  std::optional<Plan> plan;        // to the revision in force; nullopt: there is none
  std::optional<DaemonPlan> ours;  // what of `plan` the daemon may make
};

Result<OrganisationLook> look_at_organisation(CalcomReads& api, const EventLog& log, const Settings& settings,
                                              const Revision* in_force, Instant now);

struct ApplyNow {
  CalcomApi& api;
  const EventLog& log;
  const Settings& settings;
  const Revision& revision;
  std::function<Result<void>(const std::string& record)> note;
  std::function<void(std::size_t done, std::size_t of)> progress;
  std::stop_token stop;
};
Result<ApplyResult> apply_now(const ApplyNow& parts, OrganisationLook& look);

}  // namespace calsync
