#include "config/plan/compare.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace calsync {
namespace {

namespace json = boost::json;

const Field& field(std::string_view kind, std::string_view name) {
  return *find_field(find_kind(kind)->fields, name);
}

struct Pair {
  const char* story;
  const char* kind;
  const char* field;
  const char* wanted;
  const char* live;
  bool same;
};

class Compare : public testing::TestWithParam<Pair> {};

TEST_P(Compare, KnowsWhatMeansTheSame) {
  const Pair& c = GetParam();
  SCOPED_TRACE(c.story);
  const json::value wanted = json::parse(c.wanted), live = json::parse(c.live);
  const Field& f = field(c.kind, c.field);
  EXPECT_EQ(differences(f, wanted, live).empty(), c.same);
  EXPECT_TRUE(differences(f, merged(f, wanted, live), merged(f, wanted, live)).empty())
      << "what was written is what is wanted";
}

INSTANTIATE_TEST_SUITE_P(
    Table, Compare,
    testing::Values(
        Pair{"the zone's case is Cal.com's", "team", "timeZone", R"("europe/berlin")", R"("Europe/Berlin")",
             true},
        Pair{"an empty text is none", "team", "bio", R"("")", "null", true},
        Pair{"the server's default is no difference", "team", "weekStart", R"("Sunday")", "null", true},
        Pair{"another than the default is one", "team", "weekStart", R"("Monday")", "null", false},
        Pair{"false is what nobody said", "eventType", "hidden", "false", "null", true},
        Pair{
            "hours: rows split, days in another order", "schedule", "availability",
            R"([{"days":["Tuesday","Monday"],"startTime":"09:00","endTime":"12:00"}])",
            R"([{"days":["Monday"],"startTime":"09:00","endTime":"10:30"},{"days":["Monday"],"startTime":"10:30","endTime":"12:00"},
                 {"days":["Tuesday"],"startTime":"09:00","endTime":"12:00"}])",
            true},
        Pair{"hours: a minute longer", "schedule", "availability",
             R"([{"days":["Monday"],"startTime":"09:00","endTime":"12:00"}])",
             R"([{"days":["Monday"],"startTime":"09:00","endTime":"12:01"}])", false},
        Pair{"never available is not the default", "schedule", "availability", "[]",
             R"([{"days":["Monday"],"startTime":"09:00","endTime":"17:00"}])", false},
        Pair{
            "hosts in another order, with the server's defaults", "eventType", "hosts",
            R"([{"user":"b@x"},{"user":"A@x"}])",
            R"([{"user":"a@x","mandatory":false,"priority":"medium"},{"user":"b@x","mandatory":false,"priority":"medium"}])",
            true},
        Pair{"what a file does not say of a host is the UI's", "eventType", "hosts", R"([{"user":"a@x"}])",
             R"([{"user":"a@x","priority":"high"}])", true},
        Pair{"a host less", "eventType", "hosts", R"([{"user":"a@x"}])", R"([{"user":"a@x"},{"user":"b@x"}])",
             false},
        Pair{"seats off are no seats", "eventType", "seats", R"({"disabled":true})", "null", true},
        Pair{"limits off read as {}", "eventType", "bookingLimitsCount", R"({"disabled":true})", "{}", true},
        Pair{"a limit over one that is off", "eventType", "bookingLimitsCount", R"({"day":4})",
             R"({"disabled":true})", false},
        Pair{"one limit is stated, the others are the UI's", "eventType", "bookingLimitsCount",
             R"({"day":4})", R"({"day":4,"week":9})", true},
        Pair{"triggers as a set, repeated ones as one", "webhook", "triggers",
             R"(["BOOKING_PAID","BOOKING_CREATED"])", R"(["BOOKING_CREATED","BOOKING_PAID","BOOKING_PAID"])",
             true},
        Pair{"a trigger more", "webhook", "triggers", R"(["BOOKING_PAID"])",
             R"(["BOOKING_CREATED","BOOKING_PAID"])", false},
        Pair{"a place of its own kind", "eventType", "locations",
             R"([{"type":"integration","integration":"cal-video"}])", "null", true},
        Pair{
            "steps by number; what the server does not keep is no difference", "workflow", "steps",
            R"([{"stepNumber":2,"action":"email_host","sender":"S","template":"custom","message":{"subject":"s","html":"h"}},
                 {"stepNumber":1,"action":"email_host","sender":"S","message":{"subject":"s","html":"h"}}])",
            R"([{"stepNumber":1,"action":"email_host","sender":"S","template":"reminder","email":"","message":{"subject":"s","html":"h"}},
                 {"stepNumber":2,"action":"email_host","sender":"S","template":"reminder","message":{"subject":"s","html":"h"}}])",
            true},
        Pair{"a workflow's offset that the server lost", "workflow", "trigger",
             R"({"type":"beforeEvent","offset":{"value":24,"unit":"hour"}})",
             R"({"type":"beforeEvent","offset":{"value":1,"unit":"hour"}})", false}));

TEST(Differences, PointAsDeepAsObjectsGo) {
  const auto found = differences(field("workflow", "trigger"),
                                 json::parse(R"({"type":"beforeEvent","offset":{"value":24,"unit":"hour"}})"),
                                 json::parse(R"({"type":"beforeEvent","offset":{"value":1,"unit":"hour"}})"));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].pointer, "/trigger/offset/value");
  EXPECT_EQ(found[0].from, 1);
  EXPECT_EQ(found[0].to, 24);
}

TEST(Slug, IsMadeAsCalComMakesIt) {
  EXPECT_EQ(slugified("Dr. Müller & Co."), "dr.-muller-co");
  EXPECT_EQ(slugified("1-Hour  Review_#2"), "1-hour-review-2");
  EXPECT_EQ(slugified("--x--"), "x");
  EXPECT_EQ(slugified("ÀÉÎÕÜ"), "aeiou");
  EXPECT_EQ(slugified(""), "");
}

}  // namespace
}  // namespace calsync
