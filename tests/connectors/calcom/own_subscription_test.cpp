#include "connectors/calcom/own_subscription.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

namespace calsync {
namespace {
namespace json = boost::json;
using testing::HasSubstr;
using Verdict = SubscriptionState::Verdict;

const std::string url = "https://hooks.example.org/hooks/main";
const std::vector<Secret> secrets{Secret("old-one"), Secret("whsec-one")};

json::object good() {
  json::array triggers;
  for (const std::string_view trigger : needed_triggers()) triggers.emplace_back(std::string(trigger));
  return {{"id", "a-b"},          {"subscriberUrl", url},  {"active", true},
          {"triggers", triggers}, {"secret", "whsec-one"}, {"payloadTemplate", nullptr}};
}
SubscriptionState check(const json::object& row) {
  return check_subscription(
      {{"a-b", row}, {"other", {{"subscriberUrl", "https://x.example"}, {"active", false}}}}, url, secrets);
}

TEST(OwnSubscription, OneThatIsAsItMustBeHasNoFindings) {
  const auto state = check(good());
  EXPECT_EQ(state.verdict, Verdict::good);
  EXPECT_TRUE(state.findings.empty());
  EXPECT_EQ(state.id, "a-b");
  auto with_slash = good();
  with_slash["subscriberUrl"] = url + "/";
  EXPECT_EQ(check(with_slash).verdict, Verdict::good);
}

TEST(OwnSubscription, EachFaultIsNamedWithItsCureAndWithoutTheSecret) {
  struct Row {
    const char* member;
    json::value value;
    Verdict verdict;
    const char* finding;
  };
  for (const Row& row :
       {Row{"active", false, Verdict::broken, "switch it on"},
        {"secret", nullptr, Verdict::broken, "has no secret"},
        {"secret", "somebody-elses", Verdict::broken, "another secret"},
        {"payloadTemplate", "{\"x\":1}", Verdict::broken, "template"},
        {"triggers", json::array{"BOOKING_CREATED"}, Verdict::incomplete, "BOOKING_CANCELLED"},
        {"subscriberUrl", "https://elsewhere.example", Verdict::broken, "no webhook comes"}}) {
    auto changed = good();
    changed[row.member] = row.value;
    const auto state = check(changed);
    EXPECT_EQ(state.verdict, row.verdict) << row.finding;
    ASSERT_EQ(state.findings.size(), 1U) << row.finding;
    EXPECT_THAT(state.findings[0], HasSubstr(row.finding));
    EXPECT_EQ(state.findings[0].find("somebody-elses"), std::string::npos);
  }
}

TEST(OwnSubscription, TheSecretIsNotComparedWhereOursIsNotKnown) {
  auto other = good();
  other["secret"] = "somebody-elses";
  EXPECT_EQ(check_subscription({{"a-b", other}}, url, {}).verdict, Verdict::good);
}

TEST(OwnSubscription, TwoToTheSamePlaceDoubleEveryDelivery) {
  const auto state = check_subscription({{"a", good()}, {"b", good()}}, url, secrets);
  EXPECT_EQ(state.verdict, Verdict::incomplete);
  EXPECT_THAT(state.findings[0], HasSubstr("keep one"));
}

TEST(OwnSubscription, ItsPlaceIsBelowThePublicUrl) {
  EXPECT_EQ(hook_url("https://hooks.example.org/", "main"), url);
}

}  // namespace
}  // namespace calsync
