// A row that cannot be read must stop the fold: taken for "not known", it would make events once more that
// are out already.
#include "tests/connectors/calcom/wire/deliveries.hpp"
#include "tests/connectors/calcom/wire/fold_bench.hpp"

#include <gtest/gtest.h>

namespace calsync {
namespace {

void expect_damaged(FoldBench& bench, const Delivery& delivery, const std::string& key) {
  try {
    bench.take(delivery.text());
    FAIL() << key << " was read";
  } catch (const ViewDamaged& damaged) {
    EXPECT_EQ(damaged.error.code, Errc::corrupt);
    EXPECT_NE(damaged.error.what.find(key), std::string::npos) << damaged.what();
    EXPECT_NE(damaged.error.what.find("calsync log rebuild"), std::string::npos) << damaged.what();
  }
}

TEST(DamagedView, OfABookingOrOfItsParent) {
  FoldBench bench;
  bench.take(created("a", 1).text());
  bench.views.rows.at("b/a").pop_back();
  expect_damaged(bench, created("a", 2), "b/a");
  expect_damaged(bench, rescheduled("b", "a", 3), "b/a");
  bench.views.rows.at("b/a").clear();
  expect_damaged(bench, created("a", 4), "b/a");
}

TEST(DamagedView, OfAKeysCountOfAnIdentityAndOfTimeOff) {
  FoldBench bench;
  bench.take(created("a", 1).text());
  bench.take(form("f", 1, "x").text());
  bench.take(time_off("u", 1, "2026-12-20").text());
  for (auto& [key, row] : bench.views.rows)
    if (key == "ks/bookings/a" || key.starts_with("x/") || key == "o/u") row = "\x80";
  expect_damaged(bench, cancelled("a", 2), "ks/bookings/a");
  expect_damaged(bench, form("f", 5, "x"), "x/");
  expect_damaged(bench, time_off("u", 5, "2026-12-21"), "o/u");
}

}  // namespace
}  // namespace calsync
