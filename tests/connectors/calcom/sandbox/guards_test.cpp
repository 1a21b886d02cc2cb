#include "connectors/calcom/sandbox/guards.hpp"

#include "connectors/calcom/sandbox/starting_world.hpp"

#include <gtest/gtest.h>

namespace {

using namespace calsync::sandbox;

struct FixedClock final : calsync::Clock {
  calsync::Instant wall() override { return calsync::Instant{std::chrono::seconds{1'795'000'000}}; }
  std::chrono::steady_clock::time_point steady() override { return {}; }
};

struct Guards : testing::Test {
  Guards() { begin(world, {"cal_owner", "cal_member", "cal_expired"}); }
  Answer get(const std::string& path, const std::string& key) {
    return handle(world, {"GET", path, path, {}, "", key, nullptr});
  }
  FixedClock clock;
  World world{clock};
};

TEST_F(Guards, AnUnknownRouteIs404BeforeAnythingElseIsAsked) {
  const Answer answer = get("/v2/nope", "");
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.body.at_pointer("/error/message").as_string(), "Cannot GET /v2/nope");
  EXPECT_TRUE(answer.headers.empty());
}

TEST_F(Guards, AMemberIsFoundByTeamAndUser) {
  EXPECT_NE(membership(world, 1, 2), nullptr);
  EXPECT_EQ(membership(world, 1, 3), nullptr);
  EXPECT_TRUE(is_org_admin(world, 1));
  EXPECT_FALSE(is_org_admin(world, 2));
}

}  // namespace
