// What a deletion takes with it.
#include "tests/connectors/calcom/sandbox/sandbox_api.hpp"

namespace calsync::sandbox {
namespace {

struct SandboxCascades : SandboxApi {
  std::int64_t team = make(org + "/teams", R"({"name":"Sci","slug":"sci"})");
  std::int64_t edith = make(org + "/users", R"({"email":"edith@quill.test"})");
  std::int64_t erik = make(org + "/users", R"({"email":"erik@quill.test"})");
  std::string of_team = org + "/teams/" + std::to_string(team);

  std::int64_t join(std::int64_t user) {
    return make(of_team + "/memberships", R"({"userId":)" + std::to_string(user) + R"(,"accepted":true})");
  }
  std::int64_t event_type(const std::string& type = "roundRobin") {
    return make(of_team + "/event-types",
                R"({"title":"T","slug":"t","lengthInMinutes":30,"schedulingType":")" + type +
                    R"(","hosts":[{"userId":)" + std::to_string(edith) + R"(},{"userId":)" +
                    std::to_string(erik) + "}]}");
  }
  std::string user(std::int64_t id) { return org + "/users/" + std::to_string(id); }
  std::int64_t workflow_on(std::int64_t type) {
    return make(of_team + "/workflows", R"({"name":"W","activation":{"activeOnEventTypeIds":[)" +
                                            std::to_string(type) +
                                            R"(]},"trigger":{"type":"newEvent"},"steps":[{"stepNumber":1,
                                            "action":"email_host","message":{"subject":"s","html":"h"}}]})");
  }
};

TEST_F(SandboxCascades, AUserTakesSchedulesTimeOffAndHostingAlongAndOthersTimeOffWhereStandIn) {
  join(edith);
  join(erik);
  const auto type = event_type();
  make(user(edith) + "/ooo", R"({"start":"2026-12-01T00:00:00Z","end":"2026-12-02T00:00:00Z","toUserId":)" +
                                 std::to_string(erik) + "}");
  world.bookings.insert({{"userId", erik}, {"eventTypeId", type}});
  world.bookings.insert({{"userId", edith}, {"eventTypeId", type}});
  EXPECT_EQ(erase(user(erik)).status, 200);
  EXPECT_EQ(at(get(org + "/ooo"), "/data"), "[]");
  EXPECT_EQ(world.schedules.find_if([&](const Row& row) { return number_of(row, "ownerId") == erik; }),
            nullptr);
  EXPECT_EQ(
      get(of_team + "/event-types/" + std::to_string(type)).body.at("data").at("hosts").as_array().size(),
      1U);
  EXPECT_EQ(world.bookings.rows().size(), 1U);
}

TEST_F(SandboxCascades, WhoLeavesATeamIsNoHostThereAndKeepsTheAccount) {
  join(edith);
  const auto member = join(erik);
  const auto type = event_type("managed");
  EXPECT_EQ(world.event_types.rows().size(), 3U);
  EXPECT_EQ(erase(of_team + "/memberships/" + std::to_string(member)).status, 200);
  EXPECT_EQ(world.event_types.rows().size(), 2U);
  EXPECT_EQ(
      get(of_team + "/event-types/" + std::to_string(type)).body.at("data").at("hosts").as_array().size(),
      1U);
  EXPECT_NE(world.users.find(erik), nullptr);
}

TEST_F(SandboxCascades, WhoLeavesTheOrganisationCannotBeInvitedAgain) {
  join(erik);
  const Row* member = world.memberships.find_if(
      [&](const Row& row) { return number_of(row, "userId") == erik && number_of(row, "teamId") == 1; });
  EXPECT_EQ(erase(org + "/memberships/" + std::to_string(number_of(*member, "id"))).status, 200);
  EXPECT_EQ(get(of_team + "/memberships").body.at("data").as_array().size(), 1U);
  EXPECT_EQ(post(org + "/users", R"({"email":"erik@quill.test"})").status, 409);
  EXPECT_EQ(text_of(*world.users.find(erik), "username"), "erik-quill-" + std::to_string(erik));
}

TEST_F(SandboxCascades, AnEventTypeLeavesItsWorkflowsAndItsBookingsWithoutIt) {
  join(edith);
  join(erik);
  const auto type = event_type();
  const auto workflow = workflow_on(type);
  world.bookings.insert({{"userId", edith}, {"eventTypeId", type}});
  erase(of_team + "/event-types/" + std::to_string(type));
  EXPECT_EQ(
      at(get(of_team + "/workflows/" + std::to_string(workflow)), "/data/activation/activeOnEventTypeIds"),
      "[]");
  EXPECT_TRUE(is_null(world.bookings.rows().begin()->second, "eventTypeId"));
}

TEST_F(SandboxCascades, ATeamTakesItsEventTypesWorkflowsAndMembershipsAlong) {
  join(edith);
  join(erik);
  workflow_on(event_type());
  erase(of_team);
  EXPECT_TRUE(world.event_types.rows().empty());
  EXPECT_TRUE(world.workflows.rows().empty());
  EXPECT_EQ(world.memberships.find_if([&](const Row& row) { return number_of(row, "teamId") == team; }),
            nullptr);
}

}  // namespace
}  // namespace calsync::sandbox
