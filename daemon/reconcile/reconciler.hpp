// Keeps the live organisation equal to the configuration repository (DESIGN §3, §5 `reconcile`).
//   observe  follows the branch and looks at the organisation every reconcile.interval: drift is told
//   plan     and tells what the revision in force would change
//   apply    and does it: what Git asks for, and what somebody changed at Cal.com where policy.drift says heal
// Owner:    App; started after the log, the normaliser and the API client, stopped before them.
// Runs on:  a thread of its own.
// Blocks:   that thread only; stop() until the call under way has ended.
// Promises: a new commit is live within config_repo.poll, or at once when its push is told; one that is not good changes nothing
//           (followed_repository.hpp). No limit of the guard is ever passed, no change is made while a command applies, and what is suspended is
//           left alone. What fails is tried again after the interval, then after twice as long, up to an hour. What is healed
//           and changed again three times is suspended. Revisions, plans, changes and drift are in the log before anything follows from them.
// Fails:    never; what is wrong stands in the conditions.
#pragma once
#include "connectors/calcom/api.hpp"
#include "daemon/reconcile/reconcile_probe.hpp"
#include "daemon/reconcile/reconcile_status.hpp"
#include "state/store/event_log.hpp"

#include <functional>
#include <memory>

namespace calsync {

struct ReconcilerOptions {
  Settings settings;
  // After each step; any thread but the caller's.
  std::function<void(const ReconcileStatus&)> on_status = [](const ReconcileStatus&) {};
};

class Reconciler {
 public:
  static std::unique_ptr<Reconciler> start(CalcomApi& api, EventLog& log, Clock& clock,
                                           const ReconcileProbe& probe, ReconcilerOptions options);
  virtual ~Reconciler() = default;
  virtual void fetch_soon() = 0;  // any thread: a push was told
  virtual void look_soon() = 0;   // any thread: something was suspended, resumed or applied
  [[nodiscard]] virtual ReconcileStatus status() const = 0;
  virtual void request_stop() = 0;
  virtual void stop() = 0;

 protected:
  Reconciler() = default;
};

}  // namespace calsync
