// The numbers of retention, one page; the cut itself is the log's (calsync_log_cut_raw).
#pragma once
#include "state/base/metric.hpp"

namespace calsync {

struct RetentionProbe {
  explicit RetentionProbe(MetricRegistry& registry) : m(registry) {}
  MetricRegistry& m;

  Counter trimmed{m, "calsync_retention_trimmed_records_total", "Raw records trimmed (log.retention)."};
  Counter failures{m, "calsync_retention_failures_total", "Steps of retention that failed."};
  Gauge last{m, "calsync_retention_last_timestamp_seconds",
             "When retention last found nothing more to trim, Unix time; 0: not since the start."};
  Gauge step_seconds{m, "calsync_retention_step_seconds", "How long the last step took."};
};

}  // namespace calsync
