#include "config/plan/import.hpp"
#include "tests/connectors/calcom/resources/organisation.hpp"
#include "tests/connectors/calcom/resources/random_organisation.hpp"
#include "tests/state/store/seed.hpp"

namespace calsync {
namespace {

int seeds(std::uint64_t most) {
  return static_cast<int>(cases_from("CALSYNC_ORGANISATIONS", most));
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

ApiAnswer answered(unsigned status) {
  return {
      .status = status, .body = R"({"status":"error"})", .code = "Fault", .message = "a fault of this test"};
}

// The newest row of a list is not in it yet, as where a read is served by a database that lags behind.
void drop_newest(ApiAnswer& answer) {
  boost::system::error_code failed;
  boost::json::value body = boost::json::parse(answer.body, failed);
  if (failed || !body.is_object() || !body.get_object().contains("data")) return;
  boost::json::value& data = body.get_object().at("data");
  if (!data.is_array() || data.get_array().empty()) return;
  data.get_array().pop_back();
  answer.body = boost::json::serialize(body);
}

std::size_t count(const std::vector<std::string>& mutations, std::string_view method) {
  return static_cast<std::size_t>(
      std::ranges::count_if(mutations, [&](const std::string& one) { return one.starts_with(method); }));
}
std::size_t count(const Plan& plan, Action action) {
  return static_cast<std::size_t>(
      std::ranges::count_if(plan.changes, [&](const Change& one) { return one.action == action; }));
}

TEST(ApplyProperty, TheServersRequestsAreThePlanAndNothingElse) {
  for (int seed = 1; seed <= seeds(100); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Organisation org;
    Register owned;
    for (const std::uint64_t step : {0U, 1U}) {
      const Desired desired = some(static_cast<std::uint64_t>(seed) * 2 + step + 12'000);
      const Plan plan = plan_with_register(org, desired, owned);
      org.api.mutations.clear();
      const Applied applied = org.apply(desired, plan);
      remember(owned, applied, plan);
      const auto& sent = org.api.mutations;
      EXPECT_EQ(count(sent, "POST "), count(plan, Action::create));
      EXPECT_EQ(count(sent, "DELETE "), count(plan, Action::remove));
      // A person's name in links, role and default schedule go by a request each (CONTRACT §5, §6).
      const auto people = static_cast<std::size_t>(
          std::ranges::count_if(plan.changes, [](const Change& one) { return one.kind->name == "user"; }));
      EXPECT_GE(count(sent, "PATCH ") + people, count(plan, Action::update));
      // What the server did not keep is asked for once more.
      EXPECT_LE(count(sent, "PATCH "), count(plan, Action::update) + 2 * people + applied.not_taken.size());
      EXPECT_EQ(count(sent, "PUT "), 0U);
    }
  }
}

TEST(ApplyProperty, TwoHalvesOfAPlanAreTheWhole) {
  for (int seed = 1; seed <= seeds(60); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const Desired desired = some(static_cast<std::uint64_t>(seed) + 15'000);
    Organisation whole, halves;
    whole.apply(desired, whole.plan(desired));
    Register owned;
    Plan first = plan_with_register(halves, desired, owned);
    first.changes.resize(first.changes.size() / 2);
    remember(owned, halves.apply(desired, first), first);
    const Plan second = plan_with_register(halves, desired, owned);
    remember(owned, halves.apply(desired, second), second);
    ASSERT_EQ(addresses_of(plan_with_register(halves, desired, owned)), "");
    std::map<std::string, boost::json::object> one, other;
    for (const auto& [address, resource] : whole.live().resources) one[address] = resource.fields;
    for (const auto& [address, resource] : halves.live().resources) other[address] = resource.fields;
    ASSERT_EQ(one, other);
  }
}

// What the server refuses for a while, what it does and does not say, and a list that lags behind (RELIABILITY P16, P17).
TEST(ApplyProperty, AServerInTroubleLeavesNoDuplicateAndTheNextRunFinishes) {
  for (int seed = 1; seed <= seeds(100); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Organisation org;
    std::mt19937_64 random(static_cast<std::uint64_t>(seed));
    bool lags = false, faulty = true;
    org.api.refuse = [&](const std::string&) -> std::optional<ApiAnswer> {
      if (!faulty || random() % 6 != 0) return std::nullopt;
      return answered(std::array{429U, 500U, 503U}.at(random() % 3));
    };
    org.api.after_send = [&](const std::string&) -> std::optional<Error> {
      if (!faulty || random() % 6 != 0) return std::nullopt;
      lags = random() % 2 == 0;
      return Error{Errc::io, "the connection was reset"};
    };
    org.api.spoil_read = [&](std::string_view, ApiAnswer& answer) {
      if (std::exchange(lags, false)) drop_newest(answer);
    };
    const Desired desired = some(static_cast<std::uint64_t>(seed) + 20'000);
    Register owned;
    for (int run = 0; run < 4; ++run) {
      faulty = run < 3;
      lags = false;
      const Plan plan = plan_with_register(org, desired, owned);
      const Applied applied = org.apply(desired, plan);
      remember(owned, applied, plan);
      EXPECT_TRUE(faulty || applied.failed.empty()) << testing::PrintToString(applied.failed);
    }
    EXPECT_THAT(org.live().ambiguous, testing::IsEmpty());
    ASSERT_EQ(addresses_of(plan_with_register(org, desired, owned)).substr(0, 2000), "");
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
