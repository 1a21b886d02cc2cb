// The demo broker, and through it what librdkafka does with errors. Never a proof of exactly-once:
// RELIABILITY F5.
#include "connectors/kafka/embedded.hpp"
#include "tests/support/kafka/reader.hpp"

#include <gtest/gtest.h>

namespace calsync {
namespace {

using namespace std::chrono_literals;

KafkaMessage message_to(const std::string& topic, int partition, const std::string& key,
                        const std::string& value) {
  return {topic, partition, key, value, {{"ce_sequence", "1"}}, Instant(1795000000000ms)};
}

TEST(DemoBroker, ShowsAnotherConsumerWhatWasCommitted) {
  auto broker = start_demo_broker();
  ASSERT_TRUE(broker) << broker.error().text();
  ASSERT_TRUE((*broker)->create({{"t.bookings", 6, false}, {"t.cursor", 1, true}}));
  const auto facts = (*broker)->describe({"t.bookings", "t.cursor", "t.none"});
  ASSERT_TRUE(facts);
  EXPECT_EQ((*facts)[0].partitions, 6);
  EXPECT_EQ((*facts)[2].partitions, 0);
  auto producer = (*broker)->open("id", {"t.bookings", "t.cursor"});
  ASSERT_TRUE(producer) << producer.error().text();
  ASSERT_TRUE((*producer)->init(5s).ok());
  ASSERT_TRUE((*producer)->begin().ok());
  ASSERT_TRUE((*producer)->produce(message_to("t.bookings", 5, "k", "{}"), 1s).ok());
  KafkaMessage tombstone = message_to("t.bookings", 0, "k2", "");
  tombstone.value.reset();
  ASSERT_TRUE((*producer)->produce(tombstone, 1s).ok());
  ASSERT_TRUE((*producer)->commit(5s).ok());
  const auto seen = tests::read_topic((*broker)->bootstrap(), "t.bookings", 6);
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_FALSE(seen[0].value);
  EXPECT_EQ(seen[1].partition, 5);
  EXPECT_EQ(seen[1].headers.at("ce_sequence"), "1");
  EXPECT_EQ(seen[1].timestamp, 1795000000000);
}

TEST(Producer, CallsAMessageThatIsTooLargePoison) {
  auto broker = start_demo_broker();
  ASSERT_TRUE(broker);
  ASSERT_TRUE((*broker)->create({{"t", 1, false}}));
  auto producer = (*broker)->open("id", {"t"});
  ASSERT_TRUE(producer);
  ASSERT_TRUE((*producer)->init(5s).ok());
  ASSERT_TRUE((*producer)->begin().ok());
  const KafkaError error = (*producer)->produce(message_to("t", 0, "k", std::string(5 << 20, 'x')), 1s);
  EXPECT_STREQ(to_text(error.kind), "poison") << error.text;
  EXPECT_TRUE((*producer)->abort(5s).ok());
  ASSERT_TRUE((*producer)->begin().ok()) << "the producer goes on";
}

}  // namespace
}  // namespace calsync
