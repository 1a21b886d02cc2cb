// What the intake and the normaliser take (64 levels), every command shows.
#include "daemon/cli/deep_json.hpp"

#include "daemon/cli/cloud_event.hpp"
#include "daemon/cli/payload_files.hpp"
#include "daemon/cli/render.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace calsync::cli {
namespace {

std::string nested(int levels) {
  std::string text = "1";
  for (int i = 0; i < levels; ++i) text = R"({"a":)" + text + "}";
  return text;
}

TEST(DeepJson, ReadsWhatABodyMayHoldAndNotWithoutEnd) {
  for (const int levels : {1, 60, 72}) {
    const auto value = parse_deep_json(nested(levels));
    ASSERT_TRUE(value) << levels;
    EXPECT_EQ(boost::json::serialize(*value), nested(levels));
  }
  for (const std::string& bad :
       {nested(100'000), std::string(1'000'000, '['), std::string("{"), std::string()})
    EXPECT_EQ(parse_deep_json(bad).error().code, Errc::corrupt);
}

TEST(DeepJson, IsShownReplayedAndSent) {
  StoredEvent stored;
  stored.event.value = nested(60);
  const auto shown = value_of(stored);
  ASSERT_TRUE(shown) << shown.error().text();
  EXPECT_EQ(boost::json::serialize(*shown), nested(60));
  stored.event.erased = true;
  EXPECT_TRUE(value_of(stored)->is_null());
  KafkaMessage message;
  message.value = nested(60);
  const auto replayed = structured(message);
  ASSERT_TRUE(replayed) << replayed.error().text();
  EXPECT_EQ(boost::json::serialize(replayed->at("data")), nested(60));
  EXPECT_EQ(content_type_of(nested(60)), "application/json");
}

}  // namespace
}  // namespace calsync::cli
