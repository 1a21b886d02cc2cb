#include "config/plan/import.hpp"
#include "tests/connectors/calcom/resources/organisation.hpp"
#include "tests/connectors/calcom/resources/random_organisation.hpp"

namespace calsync {
namespace {

int seeds(int most) {
#ifdef __SANITIZE_ADDRESS__
  return most / 10;
#else
  return most;
#endif
}

Desired some(std::uint64_t seed) {
  const std::string text = RandomOrganisation(seed).text();
  auto read = read_text(text);
  EXPECT_TRUE(read.good()) << findings_of(read) << text;
  return std::move(read.desired);
}

Plan plan_with_register(Organisation& org, const Desired& desired, const Register& owned) {
  const LiveState state = org.live();
  return make_plan(desired, state.resources, {.owned = &owned, .allow_removals = 1000, .changes_max = 1000});
}

void remember(Register& owned, const Applied& applied, const Plan& plan) {
  for (const auto& [address, one] : applied.owned) owned[address] = one;
  for (const auto& change : plan.changes)
    if (change.action == Action::remove) owned.erase(change.address);
  for (const auto& address : plan.adopted) owned[address] = {};
}

TEST(ApplyProperty, WhatWasAppliedPlansToNothingAndOneLeadsToTheOther) {
  for (int seed = 1; seed <= seeds(100); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Organisation org;
    Register owned;
    for (const std::uint64_t step : {0U, 1U, 2U}) {
      const Desired desired = some(static_cast<std::uint64_t>(seed) * 3 + step);
      const Plan plan = plan_with_register(org, desired, owned);
      const Applied applied = org.apply(desired, plan);
      ASSERT_THAT(applied.failed, testing::IsEmpty()) << addresses_of(plan).substr(0, 3000);
      remember(owned, applied, plan);
      const Plan again = plan_with_register(org, desired, owned);
      ASSERT_EQ(addresses_of(again).substr(0, 3000), "")
          << "step " << step << " not taken: " << testing::PrintToString(applied.not_taken);
    }
  }
}

TEST(ImportProperty, WhatIsImportedPlansToNothing) {
  for (int seed = 1; seed <= seeds(100); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Organisation org;
    const Desired desired = some(static_cast<std::uint64_t>(seed) + 9000);
    org.apply(desired, org.plan(desired));
    const auto files = import_files(org.live().resources);
    const auto read = read_desired(files, few_zones());
    std::string all;
    for (const auto& file : files) all += "# " + file.path + "\n" + file.text;
    ASSERT_TRUE(read.good()) << findings_of(read) << all;
    const Plan plan = org.plan(read.desired);
    ASSERT_EQ(addresses_of(plan).substr(0, 2000), "") << all.substr(0, 4000);
    ASSERT_EQ(plan.manual_steps.size(), 0U);
    ASSERT_EQ(plan.unmanaged.size(), 0U) << "all of it is in the files";
  }
}

// A request that never arrives, and an answer that is lost after its effect (RELIABILITY P16, P17).
TEST(ApplyProperty, FaultsLeaveNoDuplicateAndTheNextRunFinishes) {
  for (int seed = 1; seed <= seeds(100); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Organisation org;
    std::mt19937_64 random(static_cast<std::uint64_t>(seed));
    const auto fault = [&](const std::string&) -> std::optional<Error> {
      if (random() % 5 != 0) return std::nullopt;
      return Error{random() % 2 == 0 ? Errc::timeout : Errc::unavailable, "a fault of this test"};
    };
    const Desired desired = some(static_cast<std::uint64_t>(seed) + 5000);
    Register owned;
    for (int run = 0; run < 4; ++run) {
      const bool faulty = run < 3;
      org.api.before_send = faulty ? fault : std::function<std::optional<Error>(const std::string&)>{};
      org.api.after_send = org.api.before_send;
      const Plan plan = plan_with_register(org, desired, owned);
      const Applied applied = org.apply(desired, plan);
      remember(owned, applied, plan);
      EXPECT_TRUE(faulty || applied.failed.empty()) << testing::PrintToString(applied.failed);
    }
    EXPECT_THAT(org.live().ambiguous, testing::IsEmpty());
    ASSERT_EQ(addresses_of(plan_with_register(org, desired, owned)).substr(0, 2000), "");
  }
}

TEST(Apply, StopsWhereSomebodyMovedItSinceThePlan) {
  Organisation org;
  auto read = read_text("teams: [{slug: t, name: A}]");
  org.apply(read.desired, org.plan(read.desired));
  auto next = read_text("teams: [{slug: t, name: B}]");
  const Plan plan = org.plan(next.desired);
  LiveState state = org.live();
  org.api.world.teams.find_if([](const sandbox::Row& row) { return row.at("slug") == "t"; })->at("name") =
      "moved in the UI";
  Performer performer(org.api, 1, next.desired, state, {});
  const auto done = performer.perform(plan.changes.at(0));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Errc::conflict);
  EXPECT_EQ(done.error().what, "team/t/name was changed since the plan: plan again");
}

}  // namespace
}  // namespace calsync
