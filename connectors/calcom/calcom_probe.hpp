// The numbers of the calls to Cal.com's API.
// Owner:    App (or the command line); they are there from the start, also where nothing is called.
// Runs on:  any thread.
// Blocks:   on a short mutex.
#pragma once
#include "state/base/metric.hpp"

#include <map>
#include <mutex>
#include <string_view>

namespace calsync {

class CalcomProbe {
 public:
  explicit CalcomProbe(MetricRegistry& registry) : m(registry) {
    for (const char* outcome : {"ok", "unauthorised"}) count("GET", "me", outcome, 0);
  }

  void called(std::string_view method, std::string_view endpoint, std::string_view outcome,
              double took_seconds) {
    count(method, endpoint, outcome, 1);
    seconds.observe(took_seconds);
  }

  MetricRegistry& m;
  Histogram seconds{m, "calsync_calcom_request_seconds", "One request to Cal.com's API, asked to answered.",
                    latency_bounds_seconds()};
  Gauge budget_left{m, "calsync_calcom_budget_left", "Requests that could be made at once."};
  Gauge budget_limit{m, "calsync_calcom_budget_limit", "calcom.requests_per_minute; 0: no calls are made."};
  Gauge circuit{m, "calsync_calcom_circuit", "0 calls are made, 1 one tries, 2 none are made."};
  Counter waited{m, "calsync_calcom_waited_seconds_total", "Time that calls waited for the budget."};
  Counter repeats{m, "calsync_calcom_repeats_total", "Calls made again by the rules."};
  Counter rate_limited{m, "calsync_calcom_rate_limited_total", "Answers with 429."};
  Counter strangers{m, "calsync_calcom_foreign_requests_total",
                    "Requests of others with the same key, as far as seen."};

 private:
  void count(std::string_view method, std::string_view endpoint, std::string_view outcome, double amount) {
    std::string key = std::string(method) + ' ' + std::string(endpoint) + ' ' + std::string(outcome);
    const std::lock_guard lock(mutex_);
    auto found = requests_.find(key);
    if (found == requests_.end())
      found = requests_
                  .emplace(std::move(key),
                           Counter(m, "calsync_calcom_requests_total", "Requests to Cal.com's API.",
                                   {{"method", std::string(method)},
                                    {"endpoint", std::string(endpoint)},
                                    {"outcome", std::string(outcome)}}))
                  .first;
    found->second.add(amount);
  }

  std::mutex mutex_;
  std::map<std::string, Counter> requests_;  // guarded by mutex_
};

}  // namespace calsync
