// Numbers for Prometheus.
// Owner:    App owns the registry; a probe beside each pipeline owns its counters (its one page).
// Runs on:  any thread; add() and set() are lock-free.
// Blocks:   never. The prometheus-cpp headers stay in metric.cpp.
#pragma once
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
}  // namespace prometheus

namespace calsync {

using Labels = std::vector<std::pair<std::string, std::string>>;

class MetricRegistry {
 public:
  MetricRegistry();
  ~MetricRegistry();
  [[nodiscard]] std::string text() const;  // Prometheus text format 0.0.4

 private:
  friend class Counter;
  friend class Gauge;
  friend class Histogram;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

class Counter {
 public:
  Counter(MetricRegistry& registry, const std::string& name, const std::string& help,
          const Labels& labels = {});
  void add(double amount = 1) const;
  [[nodiscard]] double value() const;

 private:
  prometheus::Counter* counter_;
};

class Gauge {
 public:
  Gauge(MetricRegistry& registry, const std::string& name, const std::string& help,
        const Labels& labels = {});
  void set(double value) const;
  void add(double amount) const;
  [[nodiscard]] double value() const;

 private:
  prometheus::Gauge* gauge_;
};

class Histogram {  // `bounds` in the unit that the name ends with
 public:
  Histogram(MetricRegistry& registry, const std::string& name, const std::string& help,
            std::vector<double> bounds, const Labels& labels = {});
  void observe(double value) const;

 private:
  prometheus::Histogram* histogram_;
};

std::vector<double> latency_bounds_seconds();  // 50 µs … 10 s

}  // namespace calsync
