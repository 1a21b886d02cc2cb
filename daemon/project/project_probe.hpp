// The numbers of the normaliser, one page. Labels are a fixed set: what a stranger sends never makes a new
// series.
#pragma once
#include "state/base/metric.hpp"
#include "state/views/normalise.hpp"

#include <map>
#include <string_view>

namespace calsync {

// CONTRACT §11.4; anything else is counted as "other", a record without a trigger as "none".
inline constexpr std::string_view counted_triggers[] = {"BOOKING_CREATED",
                                                        "BOOKING_REQUESTED",
                                                        "BOOKING_RESCHEDULED",
                                                        "BOOKING_CANCELLED",
                                                        "BOOKING_REJECTED",
                                                        "BOOKING_PAYMENT_INITIATED",
                                                        "BOOKING_PAID",
                                                        "BOOKING_NO_SHOW_UPDATED",
                                                        "MEETING_STARTED",
                                                        "MEETING_ENDED",
                                                        "AFTER_HOSTS_CAL_VIDEO_NO_SHOW",
                                                        "AFTER_GUESTS_CAL_VIDEO_NO_SHOW",
                                                        "RECORDING_READY",
                                                        "RECORDING_TRANSCRIPTION_GENERATED",
                                                        "INSTANT_MEETING",
                                                        "OOO_CREATED",
                                                        "FORM_SUBMITTED",
                                                        "FORM_SUBMITTED_NO_EVENT",
                                                        "ROUTING_FORM_FALLBACK_HIT",
                                                        "DELEGATION_CREDENTIAL_ERROR",
                                                        "WRONG_ASSIGNMENT_REPORT",
                                                        "PING",
                                                        "none",
                                                        "other"};

struct ProjectProbe {
  explicit ProjectProbe(MetricRegistry& registry) : m(registry) {
    for (const std::string_view trigger : counted_triggers)
      by_trigger.emplace(trigger, Counter{m,
                                          "calsync_normalised_by_trigger_total",
                                          "Raw records read, by trigger.",
                                          {{"trigger", std::string(trigger)}}});
  }
  void count(const RecordSummary& summary) const {
    const auto found = by_trigger.find(summary.trigger.empty() ? "none" : std::string_view(summary.trigger));
    (found != by_trigger.end() ? found->second : by_trigger.at("other")).add();
    by_outcome(summary.outcome).add();
  }
  [[nodiscard]] const Counter& by_outcome(RecordOutcome what) const {
    switch (what) {
      case RecordOutcome::event:
        return event;
      case RecordOutcome::no_change:
        return no_change;
      case RecordOutcome::nothing:
        return nothing;
      case RecordOutcome::quarantined:
        return quarantined;
      case RecordOutcome::erased:
        return erased;
    }
    return quarantined;
  }

  MetricRegistry& m;
  Counter event{m, "calsync_normalised_total", "Raw records read, by outcome.", {{"outcome", "event"}}};
  Counter no_change{
      m, "calsync_normalised_total", "Raw records read, by outcome.", {{"outcome", "no_change"}}};
  Counter nothing{m, "calsync_normalised_total", "Raw records read, by outcome.", {{"outcome", "nothing"}}};
  Counter quarantined{
      m, "calsync_normalised_total", "Raw records read, by outcome.", {{"outcome", "quarantined"}}};
  Counter erased{m, "calsync_normalised_total", "Raw records read, by outcome.", {{"outcome", "erased"}}};
  Counter read_again{m, "calsync_normalise_read_again_total", "Records that ask for an authoritative read."};
  Counter errors{m, "calsync_normalise_errors_total", "Passes that failed and were tried again."};
  Gauge lag{m, "calsync_normalise_lag_records", "Raw records not yet read by the normaliser."};
  Gauge batch{m, "calsync_normalise_batch_records", "Records that the next pass takes at most."};
  Histogram pass_seconds{m, "calsync_normalise_pass_seconds", "One pass: read, normalise, commit.",
                         latency_bounds_seconds()};
  std::map<std::string, Counter, std::less<>> by_trigger;
};

}  // namespace calsync
