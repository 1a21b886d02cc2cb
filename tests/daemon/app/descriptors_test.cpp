#include "daemon/app/descriptors.hpp"

#include <gtest/gtest.h>

namespace calsync {
namespace {

TEST(Descriptors, LeaveRoomForTheLogBesideConnections) {
  EXPECT_EQ(*connections_within(65'536, 1'024), 1'024U);
  EXPECT_EQ(*connections_within(4'096, 1'024), 1'024U);
  EXPECT_EQ(*connections_within(1'024, 1'024), 320U);
  const auto few = connections_within(1'023, 1'024);
  ASSERT_FALSE(few);
  EXPECT_NE(few.error().what.find("LimitNOFILE"), std::string::npos);
}

}  // namespace
}  // namespace calsync
