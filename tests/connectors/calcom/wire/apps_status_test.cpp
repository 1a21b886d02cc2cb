// What deliveries tell of an organiser's calendar and video (CONTRACT §11.5, §13).
#include "connectors/calcom/wire/apps_status.hpp"

#include "state/base/utf8.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

namespace calsync {
namespace {

std::string body(const std::string& payload) {
  return R"({"triggerEvent":"BOOKING_CREATED","createdAt":"2026-11-01T08:00:00.000Z","payload":)" + payload +
         "}";
}
const std::string ana = R"({"organizer":{"email":"Ana@x.example"},"appsStatus":)";

TEST(AppsTold, AreThoseOfARealDelivery) {
  std::ifstream file("tests/fixtures/webhooks/BOOKING_CREATED.json");
  std::ostringstream text;
  text << file.rdbuf();
  const auto told = apps_told(text.str());
  ASSERT_TRUE(told);
  ASSERT_EQ(told->apps.size(), 2u);
  EXPECT_EQ(told->apps[0].app, "daily-video");
  EXPECT_TRUE(told->apps[0].worked);
  EXPECT_TRUE(told->calendar);
}

TEST(AppsTold, FailedWhereACallFailedAndTellTheErrorWithoutSecrets) {
  const auto told = apps_told(body(ana + R"([{"appName":"zoom","type":"zoom_video","success":1,"failures":1,
      "errors":["see https://zoom.example/j/1?pwd=s3cret"]}]})"));
  ASSERT_TRUE(told);
  EXPECT_EQ(told->organizer, "ana@x.example");
  ASSERT_EQ(told->apps.size(), 1u);
  EXPECT_FALSE(told->apps[0].worked);
  EXPECT_THAT(told->apps[0].error, testing::StartsWith("see https://zoom.example/j/1"));
  EXPECT_THAT(told->apps[0].error, testing::Not(testing::HasSubstr("s3cret")));
  EXPECT_FALSE(told->calendar);
}

TEST(AppsTold, ALongErrorIsCutBetweenTwoCharacters) {
  const auto error_of = [](const std::string& text) {
    const auto told = apps_told(body(ana + R"([{"type":"zoom_video","errors":[")" + text + R"("]}]})"));
    return told && told->apps.size() == 1 ? told->apps[0].error : std::string();
  };
  for (std::size_t before = 190; before < 205; ++before) {
    const std::string error =
        error_of(std::string(before, 'x') + "\u00fc\u00fc\u20ac" + std::string(20, 'y'));
    EXPECT_TRUE(is_utf8(error)) << before;
    EXPECT_GE(error.size(), 198u) << before;
    EXPECT_LE(error.size(), 200u) << before;
  }
  EXPECT_EQ(error_of(std::string(199, 'x') + "\u00fc"), std::string(199, 'x'));
}

TEST(AppsTold, AnAppThatNeverCalledDidNotWork) {
  const auto told =
      apps_told(body(ana + R"([{"type":"google_calendar","success":0,"failures":0,"errors":[]}]})"));
  ASSERT_TRUE(told);
  EXPECT_EQ(told->apps.at(0).app, "google_calendar");
  EXPECT_FALSE(told->apps[0].worked);
}

TEST(AppsTold, WhateverElseAMemberHoldsNothingIsMadeUp) {
  for (const char* payload : {R"({"organizer":{"email":"a@x"}})", R"({"appsStatus":[]})",
                              R"({"organizer":7,"appsStatus":[]})", "[]"})
    EXPECT_FALSE(apps_told(body(payload))) << payload;
  EXPECT_FALSE(apps_told("no JSON"));
  const auto told = apps_told(
      body(ana + R"([7,null,{"appName":{},"success":"1"},{"appName":"x","success":"yes","errors":[{}]}]})"));
  ASSERT_TRUE(told);
  ASSERT_EQ(told->apps.size(), 1u);
  EXPECT_FALSE(told->apps[0].worked);
}

}  // namespace
}  // namespace calsync
