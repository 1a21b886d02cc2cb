// What the daemon makes by itself of a plan, and when it stops healing.
#include "daemon/reconcile/healing.hpp"

#include "tests/config/desired/read_text.hpp"

namespace calsync {
namespace {

using std::chrono::minutes;
using testing::ElementsAre;
using testing::IsEmpty;

Desired read(const std::string& text) {
  auto read = read_text(text);
  EXPECT_TRUE(read.good()) << findings_of(read);
  return std::move(read.desired);
}

std::string team(const std::string& name, const std::string& bio = "B") {
  return "teams: [{slug: t, name: " + name + ", bio: " + bio + "}]\n";
}
const std::string event_type =
    "eventTypes: [{team: t, slug: s, title: S, lengthInMinutes: 5, schedulingType: collective}]\n";
const std::string heal = "policy: {drift: {teams: heal}}\n";

Register applied(const std::string& text) {
  Register out;
  for (const auto& [address, resource] : read(text).resources)
    out[address] = {.id = "1", .applied = resource.fields, .commit = "c", .not_taken = {}};
  return out;
}

struct Case {
  std::string git, then, now;  // what files say, what was applied, what is live
};
DaemonPlan split(const Case& of) {
  const Desired desired = read(of.git);
  const Register owned = applied(of.then);
  PlanOptions options;
  options.owned = &owned;
  const Resources live = of.now.empty() ? Resources{} : read(of.now).resources;
  return split_drift(make_plan(desired, live, options), desired, owned);
}

std::vector<std::string> to_make(const DaemonPlan& ours) {
  std::vector<std::string> out;
  for (const Change& change : ours.plan.changes) {
    out.push_back(change.address);
    for (const FieldChange& field : change.fields) out.back() += " " + field.pointer;
  }
  return out;
}
std::vector<std::string> left(const DaemonPlan& ours) {
  std::vector<std::string> out;
  for (const Change& change : ours.reported) out.push_back(change.address);
  return out;
}

TEST(SplitDrift, WhatGitChangedIsMade) {
  const auto ours = split({team("New"), team("Old"), team("Old")});
  EXPECT_THAT(to_make(ours), ElementsAre("team/t /name"));
  EXPECT_THAT(ours.healed, IsEmpty());
}

TEST(SplitDrift, WhatSomebodyChangedAtCalcomIsLeftUnlessPolicySaysHeal) {
  const auto reported = split({team("N"), team("N"), team("Hand")});
  EXPECT_THAT(to_make(reported), IsEmpty());
  EXPECT_THAT(left(reported), ElementsAre("team/t"));
  const auto healed = split({team("N") + heal, team("N"), team("Hand")});
  EXPECT_THAT(to_make(healed), ElementsAre("team/t /name"));
  EXPECT_THAT(healed.healed, ElementsAre("team/t"));
}

TEST(SplitDrift, OfOneAddressGitsFieldsAreMadeAndTheOthersLeft) {
  const auto ours = split({team("N", "New"), team("N", "Old"), team("Hand", "Old")});
  EXPECT_THAT(to_make(ours), ElementsAre("team/t /bio"));
  ASSERT_THAT(left(ours), ElementsAre("team/t"));
  EXPECT_EQ(ours.reported[0].fields.at(0).pointer, "/name");
}

TEST(SplitDrift, WhereBothChangedGitHasTheLastWord) {
  EXPECT_THAT(to_make(split({team("New"), team("Old"), team("Hand")})), ElementsAre("team/t /name"));
}

TEST(SplitDrift, WhatWasDeletedByHandIsLeftWithWhatWaitsForItUnlessPolicySaysHeal) {
  const std::string all = team("N") + event_type;
  const auto reported = split({all, all, ""});
  EXPECT_THAT(to_make(reported), IsEmpty());
  EXPECT_THAT(left(reported), ElementsAre("team/t", "eventType/t/s"));
  const std::string healing = all + "policy: {drift: {teams: heal, eventTypes: heal}}\n";
  EXPECT_EQ(split({healing, all, ""}).healed.size(), 2u);
}

TEST(SplitDrift, WhatIsNewWaitsForWhatIsLeft) {
  const auto ours = split({team("N") + event_type, team("N"), ""});
  EXPECT_THAT(to_make(ours), IsEmpty());
  EXPECT_THAT(left(ours), ElementsAre("team/t", "eventType/t/s"));
}

TEST(SplitDrift, WhatIsDeletedByHandAndChangedInGitIsMadeAnew) {
  EXPECT_EQ(to_make(split({team("New"), team("Old"), ""})).size(), 1u);
}

TEST(PingPong, ThreeHealingsInARowAreOneTooMany) {
  PingPong quarrels(minutes{60});
  const PingPong::Time begin{};
  EXPECT_FALSE(quarrels.healed("a", begin));
  EXPECT_FALSE(quarrels.healed("b", begin));
  EXPECT_FALSE(quarrels.healed("a", begin + minutes{60}));
  EXPECT_TRUE(quarrels.healed("a", begin + minutes{120}));
  EXPECT_FALSE(quarrels.healed("b", begin + minutes{120})) << "it was quiet for long enough";
}

}  // namespace
}  // namespace calsync
