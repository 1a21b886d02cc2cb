// The numbers of the log, one page.
#pragma once
#include "state/base/metric.hpp"

namespace calsync::store {

struct StoreProbe {
  explicit StoreProbe(MetricRegistry& registry) : m(registry) {}
  MetricRegistry& m;

  Counter appended{m, "calsync_log_appended_total", "Raw records made durable."};
  Counter duplicates{m, "calsync_log_duplicates_total",
                     "Deliveries whose very bytes are in the log already."};
  Counter refused_full{m, "calsync_log_refused_total", "Appends refused.", {{"reason", "queue_full"}}};
  Counter refused_space{m, "calsync_log_refused_total", "Appends refused.", {{"reason", "disk_full"}}};
  Counter refused_failed{m, "calsync_log_refused_total", "Appends refused.", {{"reason", "failed"}}};
  Counter refused_closed{m, "calsync_log_refused_total", "Appends refused.", {{"reason", "closed"}}};
  Counter events{m, "calsync_log_events_total", "Domain events made durable."};
  Counter batches{m, "calsync_log_batches_total", "Synced write batches."};
  Counter batch_errors{m, "calsync_log_batch_errors_total", "Write batches that the disk refused."};
  Counter witness_errors{m, "calsync_log_witness_errors_total",
                         "Times the head witness could not be written."};
  Histogram batch_records{
      m, "calsync_log_batch_records", "Raw records per batch.", {0, 1, 2, 4, 8, 16, 32, 64, 128, 256}};
  Histogram sync_seconds{m, "calsync_log_sync_seconds", "One synced write.", latency_bounds_seconds()};
  Gauge queue_records{m, "calsync_log_queue_records", "Appends that wait for the writer (limit 4096)."};
  Gauge queue_bytes{m, "calsync_log_queue_bytes", "Bytes that wait for the writer (limit 32 MiB)."};
  Gauge raw_head{m, "calsync_log_raw_head", "Sequence of the last raw record."};
  Gauge event_head{m, "calsync_log_event_head", "Sequence of the last domain event."};
  Gauge normalised{m, "calsync_log_normalised", "Last raw record that the normaliser has read."};
  Gauge cut_raw{m, "calsync_log_cut_raw", "Last raw record that was trimmed; 0: none was."};
  Gauge cut_event{m, "calsync_log_cut_event", "Last domain event that was trimmed; 0: none was."};
  Gauge quarantined{m, "calsync_log_quarantined", "Records in quarantine."};
  Gauge tables_unchecked{m, "calsync_log_tables_unchecked",
                         "Tables not yet read whole since the start and held against their checksums."};
  Counter resumes{m, "calsync_log_resumes_total", "Times that the log was written again after a full disk."};
  Gauge disk_full{m, "calsync_log_disk_full", "1 while the disk has no room for the log."};
  Gauge failed{m, "calsync_log_failed", "1 when the log has stopped acknowledging for good."};
};

}  // namespace calsync::store
