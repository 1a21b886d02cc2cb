#include "connectors/calcom/sandbox/world_state.hpp"

#include "tests/connectors/calcom/sandbox/sandbox_api.hpp"

namespace calsync::sandbox {
namespace {

using SandboxState = SandboxApi;

TEST_F(SandboxState, AWorldThatWasSavedIsTheSameAfterwardsAndGoesOnWithNewIds) {
  const auto team = make(org + "/teams", R"({"name":"Sci"})");
  post(org + "/webhooks",
       R"({"active":true,"subscriberUrl":"http://a","triggers":["BOOKING_CREATED"],"secret":"s"})");
  erase(org + "/teams/" + std::to_string(team));
  const auto document = boost::json::parse(boost::json::serialize(saved(world)));
  World again(clock);
  ASSERT_TRUE(restore(again, document));
  again.limit.requests = 0;
  EXPECT_EQ(saved(again)["webhooks"], saved(world)["webhooks"]);
  Request request = request_for("POST", org + "/teams");
  request.api_key = key;
  EXPECT_EQ(handle(again, request, R"({"name":"Next"})").body.at("data").at("id").as_int64(), team + 1);
  EXPECT_NE(again.random_uuid(), text_of(again.webhooks.rows().begin()->second, "_uuid"));
}

TEST_F(SandboxState, WhatIsNoStateIsRefusedAndChangesNothing) {
  const auto before = saved(world);
  auto cut = before;
  cut["webhooks"] = boost::json::object{{"next", 1}, {"rows", {{{"name", "x"}}}}};
  for (const boost::json::value& document :
       {boost::json::value(1), boost::json::parse(R"({"version":2})"), boost::json::parse(R"({"version":1})"),
        boost::json::value(cut)}) {
    const auto result = restore(world, document);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, Errc::rejected);
  }
  EXPECT_EQ(saved(world), before);
}

}  // namespace
}  // namespace calsync::sandbox
