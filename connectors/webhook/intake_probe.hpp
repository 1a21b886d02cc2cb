// The intake's numbers.
// Owner:    the listener.
// Runs on:  the loop.
#pragma once
#include "connectors/webhook/outcome.hpp"
#include "state/base/metric.hpp"

#include <array>
#include <map>
#include <string>

namespace calsync {

class IntakeProbe {
 public:
  explicit IntakeProbe(MetricRegistry& registry) : registry_(registry) {
    for (std::size_t i = 0; i < intake_outcomes; ++i)
      requests_.emplace_back(registry, "calsync_intake_requests_total", "Webhook requests by how they ended.",
                             Labels{{"outcome", to_text(static_cast<IntakeOutcome>(i))}});
  }

  void ended(IntakeOutcome outcome) { requests_[static_cast<std::size_t>(outcome)].add(); }
  void bad_signature(const std::string& source) {
    auto at = bad_signatures_.find(source);
    if (at == bad_signatures_.end()) at = bad_signatures_.emplace(source, bad_signatures_of(source)).first;
    at->second.add();
  }
  // A source that is known from the start shows 0, so that an alert on its increase sees the first one.
  void knows_source(const std::string& source) {
    bad_signatures_.try_emplace(source, bad_signatures_of(source));
  }

 private:
  Counter bad_signatures_of(const std::string& source) {
    return {registry_, "calsync_intake_bad_signatures_total",
            "Requests whose signature no secret of the source made.", Labels{{"source", source}}};
  }
  Counter shed_for(const char* reason) {
    return {registry_, "calsync_intake_connections_shed_total", "Connections closed to make room for others.",
            Labels{{"reason", reason}}};
  }
  MetricRegistry& registry_;
  std::vector<Counter> requests_;
  std::map<std::string, Counter> bad_signatures_;

 public:
  Gauge connections{registry_, "calsync_intake_connections", "Open connections."};
  Gauge body_bytes{registry_, "calsync_intake_body_bytes",
                   "Bytes of bodies that are arriving or wait for the log."};
  Gauge waiting_for_room{registry_, "calsync_intake_waiting_for_room",
                         "Deliveries that wait for a full log queue."};
  Counter accepted{registry_, "calsync_intake_connections_total", "Connections accepted."};
  Counter paused{registry_, "calsync_intake_accept_pauses_total",
                 "Times that accepting paused: a limit was reached."};
  Counter shed_idle = shed_for("idle"), shed_silent = shed_for("silent"), shed_address = shed_for("address");
  Counter retries{registry_, "calsync_intake_sink_retries_total",
                  "Deliveries offered again to a full log queue."};
  Counter handshakes_failed{registry_, "calsync_intake_tls_failures_total", "TLS handshakes that failed."};
  Histogram answer_seconds{registry_, "calsync_intake_answer_seconds",
                           "From the last byte of a body to its answer being ready.",
                           latency_bounds_seconds()};
};

}  // namespace calsync
