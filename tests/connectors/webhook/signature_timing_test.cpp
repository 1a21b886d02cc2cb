// Time tells nobody which digit of a signature was wrong (RELIABILITY X4: P22). Indicative, and only on a machine that has
// nothing else to do: CALSYNC_TIMING=1.
#include "connectors/webhook/signature.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <random>

namespace calsync {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t samples = 20'000;

struct Summary {
  double mean = 0, variance = 0;
  std::size_t count = 0;
};

Summary summary_of(const std::vector<double>& values, double at_most) {
  Summary out;
  double squares = 0;
  for (const double value : values) {
    if (value > at_most) continue;  // somebody else's turn on this core
    ++out.count;
    const double delta = value - out.mean;
    out.mean += delta / static_cast<double>(out.count);
    squares += delta * (value - out.mean);
  }
  out.variance = squares / static_cast<double>(out.count - 1);
  return out;
}

double welch_t(const Summary& a, const Summary& b) {
  return (a.mean - b.mean) /
         std::sqrt(a.variance / static_cast<double>(a.count) + b.variance / static_cast<double>(b.count));
}

double nanoseconds_of(SourceKeys& keys, const std::optional<Digest>& claimed, std::string_view body) {
  const auto before = Clock::now();
  const bool good = keys.verify(claimed, body);
  const std::chrono::duration<double, std::nano> took = Clock::now() - before;
  EXPECT_FALSE(good);
  return took.count();
}

TEST(SignatureTiming, IsTheSameForAWrongFirstAndAWrongLastDigit) {
  if (std::getenv("CALSYNC_TIMING") == nullptr) GTEST_SKIP() << "CALSYNC_TIMING is not set";
  const std::string secret = "a webhook secret of 32 bytes ....", body(200, 'x');
  SourceKeys keys(SourceId("main"), {Secret(secret), Secret(secret + "2")});
  Digest first = HmacKey(secret).sign(body), last = first;
  first.front() ^= 0x80;
  last.back() ^= 0x01;
  std::mt19937 random(1);
  std::vector<double> of_first, of_last;
  for (std::size_t i = 0; i < samples / 10; ++i) nanoseconds_of(keys, first, body);  // warm
  while (of_first.size() < samples || of_last.size() < samples) {
    const bool which = (random() & 1U) != 0;
    (which ? of_first : of_last).push_back(nanoseconds_of(keys, which ? first : last, body));
  }
  std::vector<double> all = of_first;
  all.insert(all.end(), of_last.begin(), of_last.end());
  const auto cut = all.begin() + static_cast<std::ptrdiff_t>(all.size() * 95 / 100);
  std::ranges::nth_element(all, cut);
  const Summary a = summary_of(of_first, *cut), b = summary_of(of_last, *cut);
  const double t = welch_t(a, b);
  std::cout << "wrong first digit " << a.mean << " ns, wrong last digit " << b.mean << " ns, Welch t = " << t
            << '\n';
  EXPECT_LT(std::abs(t), 4.5);
}

}  // namespace
}  // namespace calsync
