// The numbers of the reconciler, one page.
#pragma once
#include "state/base/metric.hpp"

namespace calsync {

struct ReconcileProbe {
  explicit ReconcileProbe(MetricRegistry& registry) : m(registry) {}
  MetricRegistry& m;

  Counter fetched{
      m, "calsync_config_fetches_total", "Looks at the configuration repository.", {{"outcome", "good"}}};
  Counter not_fetched{
      m, "calsync_config_fetches_total", "Looks at the configuration repository.", {{"outcome", "failed"}}};
  Counter taken{m, "calsync_config_revisions_total", "New commits of the branch.", {{"outcome", "taken"}}};
  Counter refused{
      m, "calsync_config_revisions_total", "New commits of the branch.", {{"outcome", "refused"}}};
  Gauge last_fetch{m, "calsync_config_last_fetch_timestamp_seconds",
                   "When the repository last answered, Unix time; 0: not yet."};
  Counter good{m, "calsync_reconcile_runs_total", "Looks at the live organisation.", {{"outcome", "good"}}};
  Counter failed{
      m, "calsync_reconcile_runs_total", "Looks at the live organisation.", {{"outcome", "failed"}}};
  Gauge last_good{m, "calsync_reconcile_last_good_timestamp_seconds",
                  "When the organisation was last looked at with success, Unix time; 0: not yet."};
  Counter done{m, "calsync_reconcile_changes_total", "Changes made by the daemon.", {{"outcome", "done"}}};
  Counter not_done{
      m, "calsync_reconcile_changes_total", "Changes made by the daemon.", {{"outcome", "failed"}}};
  Counter left_out{
      m, "calsync_reconcile_changes_total", "Changes made by the daemon.", {{"outcome", "skipped"}}};
  Counter healed{m, "calsync_reconcile_healed_total", "Changes that undid what somebody did at Cal.com."};
  Gauge pending{m, "calsync_reconcile_pending_changes", "Addresses that the revision in force would change."};
  Gauge drifted{m, "calsync_reconcile_drifted", "Addresses that are not as they were applied."};
  Gauge unsafe{m, "calsync_reconcile_refused", "What the plan refuses as unsafe."};
  Gauge ready{m, "calsync_reconcile_condition", "1: true.", {{"type", "Ready"}}};
  Gauge reconciling{m, "calsync_reconcile_condition", "1: true.", {{"type", "Reconciling"}}};
  Gauge stalled{m, "calsync_reconcile_condition", "1: true.", {{"type", "Stalled"}}};
  Gauge has_drifted{m, "calsync_reconcile_condition", "1: true.", {{"type", "Drifted"}}};
};

}  // namespace calsync
