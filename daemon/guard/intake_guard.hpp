// Keeps the subscriptions that the intake lives from (DESIGN §12.9): one of the organisation for each source, to intake.public_url +
// /hooks/SOURCE, active, told of everything, with the source's secret and no template. Looks at start and every reconcile.interval.
// Owner:    App; started after the API client, stopped before it.
// Runs on:  a thread of its own.
// Blocks:   that thread only; stop() until the call under way has ended.
// Promises: makes and mends, never deletes; touches no subscription to another address. Each repair is told in the log: that it begins,
//           before the call, and what became of it (events config.change_started, change_done, change_failed).
// Fails:    never; what is wrong is a condition, and looked at again.
#pragma once
#include "config/settings/settings.hpp"
#include "daemon/guard/mender.hpp"
#include "state/base/metric.hpp"

#include <functional>
#include <memory>
#include <vector>

namespace calsync {

struct GuardProbe {
  explicit GuardProbe(MetricRegistry& registry) : m(registry) {}
  MetricRegistry& m;
  Counter mended{m, "calsync_guard_repairs_total",
                 "Subscriptions of ours that were made or mended at Cal.com."};
  Counter failed{m, "calsync_guard_failures_total", "Looks at our subscriptions that failed."};
};

struct GuardOptions {
  Settings settings;
  std::function<std::vector<GuardedSource>()> sources;  // as they are now; any thread
  Mender::Note note;
  std::function<void(const std::string& problem)> on_problem;  // after each look; "": all is well
};

class IntakeGuard {
 public:
  static std::unique_ptr<IntakeGuard> start(CalcomApi& api, const GuardProbe& probe, GuardOptions options);
  virtual ~IntakeGuard() = default;
  virtual void look_soon() = 0;  // any thread: the secrets are others now
  virtual void request_stop() = 0;
  virtual void stop() = 0;

 protected:
  IntakeGuard() = default;
};

}  // namespace calsync
