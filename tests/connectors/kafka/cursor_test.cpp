#include "connectors/kafka/cursor.hpp"

#include "connectors/kafka/partition.hpp"

#include <gtest/gtest.h>

namespace calsync {
namespace {

CursorRecord some_cursor() {
  CursorRecord cursor{LogId("l"),        7, "n", "i", EventSequence(18446744073709551615U), sha256("x"),
                      {{"bookings", 6}}, {}};
  cursor.at = *parse_instant("2026-11-20T09:30:00.123Z");
  return cursor;
}

TEST(Cursor, ComesBackAsItWasWritten) {
  const auto back = decode_cursor(encode(some_cursor()));
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, some_cursor());
}

TEST(Cursor, SkipsWhatALaterVersionAdds) {
  std::string text = encode(some_cursor());
  text.insert(1, R"("more":{"a":[1]},)");
  EXPECT_TRUE(decode_cursor(text));
}

TEST(Cursor, IsRefusedWhenItIsDamagedOrOfAnotherFormat) {
  const std::string good = encode(some_cursor());
  for (const std::string& bad : {std::string(), std::string("{}"), std::string("[]"), std::string("null"),
                                 good.substr(0, 40), std::string(R"({"format":"calsync.cursor/1"})")}) {
    const auto back = decode_cursor(bad);
    ASSERT_FALSE(back) << bad;
    EXPECT_EQ(back.error().code, Errc::corrupt) << bad;
  }
  const auto newer = decode_cursor(R"({"format":"calsync.cursor/2"})");
  ASSERT_FALSE(newer);
  EXPECT_EQ(newer.error().code, Errc::foreign);
}

// From org.apache.kafka.common.utils.UtilsTest: what every Java client computes.
TEST(Partition, AgreesWithKafkasOwnClient) {
  for (const auto& [key, hash] : std::vector<std::pair<std::string, std::int32_t>>{
           {"21", -973932308},
           {"foobar", -790332482},
           {"a-little-bit-long-string", -985981536},
           {"a-little-bit-longer-string", -1486304829},
           {"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971},
           {"abc", 479470107}}) {
    EXPECT_EQ(static_cast<std::int32_t>(murmur2(key)), hash) << key;
    EXPECT_EQ(partition_of(key, 6), (hash & 0x7fffffff) % 6) << key;
  }
  EXPECT_EQ(partition_of("anything", 1), 0);
}

}  // namespace
}  // namespace calsync
