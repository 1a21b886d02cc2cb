// The numbers of the poller, one page.
#pragma once
#include "state/base/metric.hpp"

namespace calsync {

struct PollProbe {
  explicit PollProbe(MetricRegistry& registry) : m(registry) {}
  MetricRegistry& m;

  Counter good{m, "calsync_poll_runs_total", "Polls of Cal.com.", {{"outcome", "good"}}};
  Counter bad{m, "calsync_poll_runs_total", "Polls of Cal.com.", {{"outcome", "failed"}}};
  Counter rows{m, "calsync_poll_rows_total", "Rows of the API that were compared with what is known."};
  Counter found{m, "calsync_poll_found_total",
                "Changes that no webhook had told; each is a record in the log."};
  Counter unreadable{m, "calsync_poll_unreadable_rows_total",
                     "Rows of the API that could not be understood and were passed over."};
  Counter foreign{m, "calsync_poll_foreign_rows_total",
                  "Bookings in which ours are guests only, passed over."};
  Counter reads{m, "calsync_poll_reads_total",
                "Bookings that were read alone, because a webhook left a doubt."};
  Gauge failing{
      m, "calsync_poll_failing_reads",
      "Bookings that Cal.com failed to answer for more than once, each asked alone; they are asked less "
      "and less often."};
  Gauge last_good{m, "calsync_poll_last_good_timestamp_seconds",
                  "When the last good poll ended, Unix time; 0: none yet."};
  Gauge interval{m, "calsync_poll_interval_seconds",
                 "Wait between two polls: poll.interval, or more where polls take long or the request budget "
                 "is small; 0: nothing is polled."};
  Gauge untold{
      m, "calsync_poll_untold_bookings",
      "Bookings made, moved or ended that polls found since the last webhook came; several: none arrive."};
};

}  // namespace calsync
