// The numbers of backups, one page.
#pragma once
#include "state/base/metric.hpp"

namespace calsync {

struct BackupProbe {
  explicit BackupProbe(MetricRegistry& registry) : m(registry) {}
  MetricRegistry& m;

  Counter good{m, "calsync_backup_runs_total", "Backups made.", {{"outcome", "good"}}};
  Counter bad{m, "calsync_backup_runs_total", "Backups made.", {{"outcome", "failed"}}};
  Gauge interval{m, "calsync_backup_interval_seconds",
                 "log.backup.interval; 0: none are made by themselves."};
  Gauge last{m, "calsync_backup_last_timestamp_seconds",
             "When the newest backup that was read back was made, Unix time; 0: none."};
  Gauge bytes{m, "calsync_backup_last_bytes", "Size of the newest backup."};
  Gauge seconds{m, "calsync_backup_duration_seconds", "How long the last one took."};
};

}  // namespace calsync
