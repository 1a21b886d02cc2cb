#include "connectors/calcom/sandbox/rate_limit.hpp"

#include <gtest/gtest.h>

using calsync::sandbox::RateLimit;
using namespace std::chrono_literals;

TEST(SandboxRateLimit, OneRequestTooManyBlocksTheKeyForAMinuteFromThatRequestOn) {
  RateLimit limit;
  const RateLimit::Now start{};
  for (unsigned i = 0; i < 120; ++i) EXPECT_FALSE(limit.ask("cal_a", start + 59s).refused);
  EXPECT_EQ(limit.ask("cal_a", start + 60s).reset, 60s);
  EXPECT_TRUE(limit.ask("cal_a", start + 119s).refused);
  EXPECT_FALSE(limit.ask("cal_a", start + 120s).refused);
}

TEST(SandboxRateLimit, AWindowIsFixedAndCountsDown) {
  RateLimit limit;
  const RateLimit::Now start{};
  EXPECT_EQ(limit.ask("cal_a", start).remaining, 119);
  EXPECT_EQ(limit.ask("cal_a", start + 20s).remaining, 118);
  EXPECT_EQ(limit.ask("cal_a", start + 20500ms).reset, 40s);
  EXPECT_EQ(limit.ask("cal_a", start + 60s).remaining, 119);
}

TEST(SandboxRateLimit, KeysAreCountedApart) {
  RateLimit limit;
  limit.requests = 1;
  const RateLimit::Now start{};
  EXPECT_FALSE(limit.ask("cal_a", start).refused);
  EXPECT_TRUE(limit.ask("cal_a", start).refused);
  EXPECT_FALSE(limit.ask("cal_b", start).refused);
}
