#include "daemon/cli/payload_files.hpp"

#include <gmock/gmock.h>

#include <filesystem>

namespace calsync::cli {
namespace {
using testing::HasSubstr;
using testing::Not;
const std::string fixtures = CALSYNC_SOURCE_DIR "/tests/fixtures/webhooks";

TEST(Payloads, OfAFolderAreItsBodiesInOrderWithoutTheManifest) {
  const auto read = read_payloads({fixtures});
  ASSERT_TRUE(read) << read.error().text();
  std::vector<std::string> names;
  for (const auto& payload : read->payloads)
    names.push_back(std::filesystem::path(payload.name).filename().string());
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  EXPECT_THAT(names, testing::Contains("BOOKING_CREATED.json"));
  EXPECT_THAT(names, testing::Contains("template.form.txt"));
  EXPECT_THAT(names, Not(testing::Contains("manifest.json")));
  EXPECT_THAT(names, Not(testing::Contains("README.md")));
  EXPECT_THAT(read->left_out, testing::ElementsAre(HasSubstr(fixtures + ": README.md, manifest.json")));
}

TEST(Payloads, KeepTheirTypeByWhatTheyAre) {
  EXPECT_EQ(content_type_of(R"({"a":1})"), "application/json");
  EXPECT_EQ(content_type_of("false"), "application/json");
  EXPECT_EQ(content_type_of("a=b c"), "application/x-www-form-urlencoded");
  EXPECT_EQ(content_type_of(""), "application/x-www-form-urlencoded");
}

TEST(Payloads, MissingFileAndEmptyFolderAreNamed) {
  EXPECT_THAT(read_payloads({"/nonexistent/x.json"}).error().text(), HasSubstr("/nonexistent/x.json"));
  EXPECT_THAT(read_payloads({CALSYNC_SOURCE_DIR "/deploy/cmake"}).error().text(), HasSubstr("deploy/cmake"));
}

TEST(Freshen, GivesOtherBookingsButKeepsTheirRelations) {
  const std::vector<Payload> payloads{
      {"a",
       R"({"triggerEvent":"BOOKING_CREATED","payload":{"uid":"abcdefgh12345","bookingId":91,"title":"abc"}})",
       ""},
      {"b",
       R"({"triggerEvent":"BOOKING_RESCHEDULED","payload":{"uid":"zyxwvuts98765","rescheduleUid":"abcdefgh12345"}})",
       ""}};
  const auto one = freshen(payloads, "1");
  EXPECT_THAT(one[0].body, Not(HasSubstr("abcdefgh12345")));
  EXPECT_THAT(one[0].body, Not(HasSubstr(":91,")));
  EXPECT_THAT(one[0].body, HasSubstr(R"("title":"abc")"));
  const std::string uid = one[0].body.substr(one[0].body.find("\"uid\":\"") + 7, 13);
  EXPECT_THAT(one[1].body, HasSubstr("\"rescheduleUid\":\"" + uid + "\""));
  EXPECT_EQ(one[0].body, freshen(payloads, "1")[0].body);
  EXPECT_NE(one[0].body, freshen(payloads, "2")[0].body);
  EXPECT_EQ(payloads[1].body.size(), one[1].body.size());
}

}  // namespace
}  // namespace calsync::cli
