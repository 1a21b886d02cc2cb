#include "connectors/calcom/sandbox/server/delivery.hpp"

#include "tests/connectors/calcom/sandbox/sandbox_api.hpp"

namespace calsync::sandbox {
namespace {

namespace json = boost::json;

struct SandboxDelivery : SandboxApi {
  void subscribe(const std::string& body) { EXPECT_EQ(post(org + "/webhooks", body).status, 201U); }
  Notice notice{
      .trigger = "BOOKING_CREATED", .payload = {{"uid", "u1"}, {"title", "A & \"B\" <c>"}}, .user_id = 1};
};

TEST_F(SandboxDelivery, GoesToActiveSubscriptionsOfTheTriggerAndIsSignedOverItsBytes) {
  subscribe(
      R"({"active":true,"subscriberUrl":"http://a.test/","triggers":["BOOKING_CREATED"],"secret":"s"})");
  subscribe(R"({"active":true,"subscriberUrl":"http://b.test/","triggers":["BOOKING_CREATED"]})");
  subscribe(R"({"active":false,"subscriberUrl":"http://c.test/","triggers":["BOOKING_CREATED"]})");
  subscribe(R"({"active":true,"subscriberUrl":"http://d.test/","triggers":["BOOKING_CANCELLED"]})");
  const auto all = deliveries_of(world, notice);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].signature.size(), 64U);
  EXPECT_EQ(all[1].signature, "no-secret-provided");
  EXPECT_EQ(json::parse(all[0].body).at("payload").at("uid"), json::value("u1"));
}

TEST_F(SandboxDelivery, ATemplateIsFilledAndEscapedAsHandlebarsDoes) {
  const json::object values{{"title", "A & \"B\" <c>"}, {"who", json::object{{"name", "Bo"}}}};
  EXPECT_EQ(filled("{{title}} by {{who.name}}{{nothing}}", values), "A &amp; \"B\" &lt;c&gt; by Bo");
  EXPECT_EQ(filled(R"({"w": "{{who.name}}"})", values), R"({"w":"Bo"})");
  EXPECT_EQ(filled(R"({"t": "{{title}}"})", values), "false");
}

TEST_F(SandboxDelivery, MeetingsAreFlatAndForOneSubscription) {
  subscribe(R"({"active":true,"subscriberUrl":"http://a.test/","triggers":["MEETING_STARTED"]})");
  subscribe(R"({"active":true,"subscriberUrl":"http://b.test/","triggers":["MEETING_STARTED"]})");
  notice.trigger = "MEETING_STARTED";
  notice.flat = true;
  notice.webhook_id = 2;
  const auto all = deliveries_of(world, notice);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].url, "http://b.test/");
  EXPECT_EQ(json::parse(all[0].body).at("uid"), json::value("u1"));
}

}  // namespace
}  // namespace calsync::sandbox
