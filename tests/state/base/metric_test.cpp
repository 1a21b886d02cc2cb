#include "state/base/metric.hpp"

#include <gtest/gtest.h>

namespace calsync {
namespace {

TEST(Metric, IsWrittenInPrometheusText) {
  MetricRegistry registry;
  const Counter accepted(registry, "calsync_test_total", "Help.", {{"result", "accepted"}});
  const Counter refused(registry, "calsync_test_total", "Help.", {{"result", "re\"fused"}});
  const Gauge gauge(registry, "calsync_test_lag", "Help.");
  const Histogram histogram(registry, "calsync_test_seconds", "Help.", {0.1, 1});
  accepted.add();
  accepted.add(2);
  gauge.set(7);
  gauge.add(-2);
  for (const double v : {0.05, 0.5, 5.0}) histogram.observe(v);
  const std::string text = registry.text();
  for (const char* line :
       {"# TYPE calsync_test_total counter\n", "calsync_test_total{result=\"accepted\"} 3\n",
        "calsync_test_total{result=\"re\\\"fused\"} 0\n", "# TYPE calsync_test_lag gauge\n",
        "calsync_test_lag 5\n", "# TYPE calsync_test_seconds histogram\n",
        "calsync_test_seconds_bucket{le=\"0.1\"} 1\n", "calsync_test_seconds_bucket{le=\"1\"} 2\n",
        "calsync_test_seconds_bucket{le=\"+Inf\"} 3\n", "calsync_test_seconds_count 3\n",
        "calsync_test_seconds_sum 5.55"})
    EXPECT_NE(text.find(line), std::string::npos) << line << text;
  EXPECT_EQ(accepted.value(), 3);
  EXPECT_EQ(gauge.value(), 5);
}

TEST(Metric, OfTheSameNameAndLabelsIsTheSameNumber) {
  MetricRegistry registry;
  const Counter a(registry, "calsync_test_total", "Help.", {{"k", "v"}});
  const Counter b(registry, "calsync_test_total", "Help.", {{"k", "v"}});
  a.add();
  EXPECT_EQ(b.value(), 1);
}

TEST(Metric, LatencyBoundsGrow) {
  const auto bounds = latency_bounds_seconds();
  for (std::size_t i = 1; i < bounds.size(); ++i) EXPECT_LT(bounds[i - 1], bounds[i]);
}

}  // namespace
}  // namespace calsync
