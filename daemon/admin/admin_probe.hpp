// The numbers of the admin room, and of the process as a whole.
#pragma once
#include "state/base/metric.hpp"

namespace calsync {

struct AdminProbe {
  explicit AdminProbe(MetricRegistry& registry) : m(registry) {}
  MetricRegistry& m;

  Counter admin_requests{m, "calsync_admin_requests_total", "Requests answered.", {{"listener", "admin"}}};
  Counter control_requests{
      m, "calsync_admin_requests_total", "Requests answered.", {{"listener", "control"}}};
  Counter unauthorised{m, "calsync_admin_unauthorised_total", "Requests without the right token."};
  Counter checkpoints{m, "calsync_admin_checkpoints_total", "Copies of the log made for readers."};
  Counter retries{m, "calsync_admin_retries_total", "Quarantined records read again on request."};
  Gauge open_checkpoints{m, "calsync_admin_open_checkpoints", "Copies of the log not yet given back."};
  Gauge ready{m, "calsync_ready", "1 when /readyz says so."};
  Gauge start_time{m, "process_start_time_seconds", "Start of the process, Unix time."};
  Gauge resident{m, "process_resident_memory_bytes", "Resident memory."};
  Counter cpu{m, "process_cpu_seconds_total", "CPU time used, user and system."};
  Gauge descriptors{m, "process_open_fds", "Open file descriptors."};
};

void measure_process(const AdminProbe& probe);  // resident, cpu, descriptors as they are now; reads /proc

}  // namespace calsync
