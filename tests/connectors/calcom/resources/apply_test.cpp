#include "tests/connectors/calcom/resources/organisation.hpp"

namespace calsync {
namespace {

using testing::IsEmpty;

TEST(Apply, FromNothingToTheExampleInOneGoAndThenNothingIsLeftToDo) {
  const auto read = read_desired(files_of("deploy/example-org"), few_zones());
  ASSERT_TRUE(read.good()) << findings_of(read);
  Organisation org;
  const Plan first = org.plan(read.desired);
  const auto applied = org.apply(read.desired, first);
  EXPECT_THAT(applied.failed, IsEmpty());
  EXPECT_THAT(applied.not_taken, IsEmpty());
  EXPECT_EQ(addresses_of(org.plan(read.desired, &applied.owned)), "");
}

// DESIGN §11: an agency of 25 editors and 20 services in five teams.
TEST(Plan, OfAnAgencyAsksForFortyListsAtMost) {
  std::string text = "teams:\n", people = "users:\n", services = "eventTypes:\n";
  for (int i = 0; i < 5; ++i) text += "  - {slug: t" + std::to_string(i) + ", name: T}\n";
  for (int i = 0; i < 25; ++i)
    people += "  - {email: e" + std::to_string(i) + "@x.org, teams: [t" + std::to_string(i % 5) + "]}\n";
  for (int i = 0; i < 20; ++i)
    services += "  - {team: t" + std::to_string(i % 5) + ", slug: s" + std::to_string(i) +
                ", title: S, lengthInMinutes: 30, schedulingType: roundRobin}\n";
  const auto read = read_text(text + people + services);
  ASSERT_TRUE(read.good()) << findings_of(read);
  Organisation organisation;
  EXPECT_THAT(organisation.apply(read.desired, organisation.plan(read.desired)).failed, testing::IsEmpty());
  organisation.api.reads = 0;
  const auto live = read_live(organisation.api, {.organization = 1, .integrations = true});
  ASSERT_TRUE(live) << live.error().text();
  EXPECT_EQ(live->calls, organisation.api.reads);
  EXPECT_LE(live->calls, 40U);
  EXPECT_TRUE(make_plan(read.desired, live->resources, {}).changes.empty());
}

}  // namespace
}  // namespace calsync
