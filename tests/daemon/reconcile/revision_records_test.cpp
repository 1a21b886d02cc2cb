#include "daemon/reconcile/revision_records.hpp"

#include "config/kinds/kind.hpp"

#include <boost/json.hpp>

namespace calsync {
namespace {

Plan plan_of(const std::string& to) {
  Plan plan;
  plan.commit = "c";
  plan.changes.push_back({.address = "team/t",
                          .kind = find_kind("team"),
                          .action = Action::update,
                          .fields = {{"/name", "A", boost::json::value(to), ChangeOrigin::git}}});
  return plan;
}

TEST(PlanDigest, IsNewWhereThePlanIsAndOnlyThere) {
  EXPECT_EQ(plan_digest(plan_of("B")), plan_digest(plan_of("B")));
  EXPECT_NE(plan_digest(plan_of("B")), plan_digest(plan_of("C")));
  Plan refused = plan_of("B");
  refused.refused.push_back({"", "too much", true});
  EXPECT_NE(plan_digest(refused), plan_digest(plan_of("B")));
  Plan later = plan_of("B");
  later.estimated_seconds = 7;
  EXPECT_EQ(plan_digest(later), plan_digest(plan_of("B")));
}

TEST(PlanMade, NamesAddressesAndNoValue) {
  const auto record = boost::json::parse(plan_made_record("main", plan_of("a title")));
  EXPECT_EQ(boost::json::serialize(record.at("changes")), R"([{"address":"team/t","action":"update"}])");
  EXPECT_EQ(boost::json::serialize(record).find("a title"), std::string::npos);
}

}  // namespace
}  // namespace calsync
