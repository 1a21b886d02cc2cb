#include "connectors/calcom/sandbox/server/faults.hpp"

#include <gtest/gtest.h>

namespace calsync::sandbox {
namespace {

TEST(SandboxFaults, AreReadFromTheCommandLine) {
  const auto rates = parse_faults("drop=0.1,duplicate=0.2,reorder=0.05,late=30s:0.15,http5xx=1,timeout=0");
  ASSERT_TRUE(rates);
  EXPECT_EQ(rates->drop, 0.1);
  EXPECT_EQ(rates->late, 0.15);
  EXPECT_EQ(rates->late_by, std::chrono::seconds{30});
  EXPECT_EQ(rates->http5xx, 1);
  EXPECT_TRUE(parse_faults(""));
}

TEST(SandboxFaults, WhatIsWrongIsNamedWithItsCure) {
  for (const auto& [text, says] : {std::pair{"drip=0.1", "use drop="},
                                   {"drop", "use drop="},
                                   {"drop=2", "from 0 to 1"},
                                   {"drop=nan", "from 0 to 1"},
                                   {"drop=0.1x", "from 0 to 1"},
                                   {"late=0.1", "late=30s:0.05"},
                                   {"drop=0.6,duplicate=0.6", "more than 1"}}) {
    const auto rates = parse_faults(text);
    ASSERT_FALSE(rates) << text;
    EXPECT_NE(rates.error().what.find(says), std::string::npos) << rates.error().what;
  }
}

TEST(SandboxFaults, TheSameSeedGivesTheSameOnesAsOftenAsAsked) {
  const auto rates = parse_faults("drop=0.1,duplicate=0.2,reorder=0.1,late=1s:0.1");
  ASSERT_TRUE(rates);
  Faults one(*rates, 7), same(*rates, 7), other(*rates, 8);
  std::map<DeliveryFault, int> count;
  bool differs = false;
  for (int i = 0; i < 10000; ++i) {
    const auto fault = one.next_delivery();
    ASSERT_EQ(fault, same.next_delivery());
    differs = differs || fault != other.next_delivery();
    ++count[fault];
  }
  EXPECT_TRUE(differs);
  EXPECT_NEAR(count[DeliveryFault::drop], 1000, 150);
  EXPECT_NEAR(count[DeliveryFault::duplicate], 2000, 150);
  EXPECT_NEAR(count[DeliveryFault::none], 5000, 200);
}

}  // namespace
}  // namespace calsync::sandbox
