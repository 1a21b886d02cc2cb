#include "state/base/metric.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <map>

namespace calsync {

struct MetricRegistry::Impl {
  prometheus::Registry registry;
};

namespace {

prometheus::Labels to_prometheus(const Labels& labels) {
  return {labels.begin(), labels.end()};
}

}  // namespace

MetricRegistry::MetricRegistry() : impl_(std::make_unique<Impl>()) {}
MetricRegistry::~MetricRegistry() = default;

std::string MetricRegistry::text() const {
  return prometheus::TextSerializer{}.Serialize(impl_->registry.Collect());
}

Counter::Counter(MetricRegistry& registry, const std::string& name, const std::string& help,
                 const Labels& labels)
    : counter_(&prometheus::BuildCounter()
                    .Name(name)
                    .Help(help)
                    .Register(registry.impl_->registry)
                    .Add(to_prometheus(labels))) {}
void Counter::add(double amount) const {
  counter_->Increment(amount);
}
double Counter::value() const {
  return counter_->Value();
}

Gauge::Gauge(MetricRegistry& registry, const std::string& name, const std::string& help, const Labels& labels)
    : gauge_(&prometheus::BuildGauge()
                  .Name(name)
                  .Help(help)
                  .Register(registry.impl_->registry)
                  .Add(to_prometheus(labels))) {}
void Gauge::set(double value) const {
  gauge_->Set(value);
}
void Gauge::add(double amount) const {
  gauge_->Increment(amount);
}
double Gauge::value() const {
  return gauge_->Value();
}

Histogram::Histogram(MetricRegistry& registry, const std::string& name, const std::string& help,
                     std::vector<double> bounds, const Labels& labels)
    : histogram_(&prometheus::BuildHistogram()
                      .Name(name)
                      .Help(help)
                      .Register(registry.impl_->registry)
                      .Add(to_prometheus(labels), std::move(bounds))) {}
void Histogram::observe(double value) const {
  histogram_->Observe(value);
}

std::vector<double> latency_bounds_seconds() {
  return {0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
          0.05,    0.1,    0.25,    0.5,    1,     2.5,    5,     10};
}

}  // namespace calsync
