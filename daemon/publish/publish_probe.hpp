// What the publisher counts.
#pragma once
#include "daemon/publish/publish.hpp"
#include "daemon/publish/publish_steps.hpp"

#include <map>

namespace calsync {

struct PublishProbe {
  explicit PublishProbe(MetricRegistry& registry) : m(registry) {
    for (const auto state :
         {PublisherState::starting, PublisherState::publishing, PublisherState::waiting_for_broker,
          PublisherState::stood_down, PublisherState::refused, PublisherState::stopped}) {
      states.emplace(state, Gauge(m, "calsync_publisher_state", "1 for the state that the publisher is in.",
                                  {{"state", to_text(state)}}));
    }
    for (const auto did : {Did::abortable, Did::poison, Did::fenced, Did::fatal}) {
      failures.emplace(
          did, Counter(m, "calsync_publish_failures_total",
                       "Transactions and handles given up, by class of error.", {{"class", to_text(did)}}));
    }
  }

  MetricRegistry& m;
  Counter events{m, "calsync_published_events_total", "Events in committed Kafka transactions."};
  Counter transactions{m, "calsync_publish_transactions_total", "Committed Kafka transactions."};
  Counter retries{m, "calsync_publish_retries_total", "Calls to Kafka that timed out and were made again."};
  Counter unavailable{m, "calsync_publish_unavailable_total",
                      "Attempts for which the cluster could not be reached."};
  Counter producers{m, "calsync_publish_producers_opened_total",
                    "Producers opened: one per start, more after fatal errors."};
  Counter oversize{m, "calsync_publish_oversize_total",
                   "Events too large for the broker, replaced by event.oversize."};
  Counter erased{m, "calsync_publish_erased_total",
                 "Events published as erased: their content was destroyed on request."};
  Gauge lag{m, "calsync_publish_lag_events", "Events in the log that are not yet committed to Kafka."};
  Gauge published{m, "calsync_published_sequence", "Every event up to this one is committed to Kafka."};
  Gauge generation{m, "calsync_publish_generation", "Generation of this log's claim on its topics."};
  Gauge last_commit{m, "calsync_publish_last_commit_seconds", "Unix time of the last committed transaction."};
  Gauge batch_limit{m, "calsync_publish_batch_limit_events",
                    "Events in one transaction at most; small while a bad event is searched."};
  Histogram commit{m, "calsync_publish_commit_seconds", "Time from begin to commit of a transaction.",
                   latency_bounds_seconds()};
  std::map<PublisherState, Gauge> states;
  std::map<Did, Counter> failures;
};

}  // namespace calsync
