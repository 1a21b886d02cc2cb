#include "daemon/publish/event_message.hpp"

#include "daemon/publish/topic_set.hpp"

#include <gtest/gtest.h>

namespace calsync {
namespace {

const MessageContext context{
    LogId("log"), "/calsync/42", "c.", "", {{"bookings", 6}, {"booking-state", 6}, {"ooo", 1}}};

StoredEvent some_event() {
  StoredEvent stored;
  EventRecord& event = stored.event;
  event.sequence = EventSequence(12);
  event.raw = RawSequence(9);
  event.key = EventKey("root");
  event.key_sequence = KeySequence(3);
  event.type = "booking.created";
  event.subject = "uid";
  event.time = *parse_instant("2026-11-20T09:30:00.000Z");
  event.value = R"({"sequence":12})";
  event.states = {{BookingUid("uid"), R"({"uid":"uid"})"}, {BookingUid("gone"), ""}};
  stored.hash = sha256("x");
  return stored;
}

std::map<std::string, std::string> headers_of(const KafkaMessage& message) {
  std::map<std::string, std::string> headers;
  for (const auto& header : message.headers)
    EXPECT_TRUE(headers.emplace(header.name, header.value).second) << header.name;
  return headers;
}
const Instant later = *parse_instant("2027-01-01T00:00:00Z");

TEST(EventMessage, IsACloudEventWithItsPlaceInTheLog) {
  const auto messages = messages_of(some_event(), context, EventForm::whole, later);
  ASSERT_EQ(messages.size(), 3U);
  EXPECT_EQ(messages[0].topic, "c.bookings");
  EXPECT_EQ(messages[0].key, "root");
  EXPECT_EQ(messages[0].value, some_event().event.value);
  EXPECT_EQ(to_text(messages[0].timestamp), "2026-11-20T09:30:00.000Z");
  const std::map<std::string, std::string> expected{{"ce_specversion", "1.0"},
                                                    {"ce_id", "log/12"},
                                                    {"ce_source", "/calsync/42"},
                                                    {"ce_type", "calsync.booking.created"},
                                                    {"ce_subject", "uid"},
                                                    {"ce_time", "2026-11-20T09:30:00.000Z"},
                                                    {"ce_dataschema", "urn:calsync:schema:booking.created:1"},
                                                    {"content-type", "application/json"},
                                                    {"ce_sequence", "12"},
                                                    {"ce_keysequence", "3"},
                                                    {"ce_rawsequence", "9"},
                                                    {"ce_recordhash", to_hex(sha256("x"))},
                                                    {"ce_origin", "webhook"}};
  EXPECT_EQ(headers_of(messages[0]), expected);
}

TEST(EventMessage, CarriesTheStateOfItsBookingsAndATombstoneForAnErasedOne) {
  const auto messages = messages_of(some_event(), context, EventForm::whole, later);
  EXPECT_EQ(messages[1].topic, "c.booking-state");
  EXPECT_EQ(messages[1].key, "uid");
  EXPECT_EQ(messages[1].value, R"({"uid":"uid"})");
  EXPECT_EQ(messages[2].value, std::nullopt);
  for (const char* name : {"ce_specversion", "ce_id", "ce_source", "ce_type", "ce_subject", "ce_time"}) {
    EXPECT_TRUE(headers_of(messages[1]).contains(name)) << name;
  }
  EXPECT_NE(headers_of(messages[1])["ce_id"], headers_of(messages[0])["ce_id"])
      << "source and id must be unique";
}

TEST(EventMessage, KeepsPlaceAndOrderWhenItIsTooLarge) {
  const auto whole = messages_of(some_event(), context, EventForm::whole, later);
  const auto small = messages_of(some_event(), context, EventForm::tombstone, later);
  ASSERT_EQ(small.size(), 3U);
  EXPECT_EQ(small[0].topic, whole[0].topic);
  EXPECT_EQ(small[0].partition, whole[0].partition);
  EXPECT_EQ(small[0].key, whole[0].key);
  EXPECT_EQ(headers_of(small[0])["ce_type"], "calsync.event.oversize");
  EXPECT_EQ(headers_of(small[0])["ce_keysequence"], "3");
  EXPECT_EQ(
      *small[0].value,
      R"({"sequence":12,"occurredAt":"2026-11-20T09:30:00.000Z","origin":"webhook","oversize":{"type":"booking.created","bytes":15,"sha256":")" +
          to_hex(sha256(some_event().event.value)) + R"("},"raw":9})");
  EXPECT_EQ(messages_of(some_event(), context, EventForm::tombstone_without_state, later).size(), 1U);
}

TEST(EventMessage, SaysThatItWasErased) {
  StoredEvent stored = some_event();
  stored.event.erased = true;
  stored.event.value.clear();
  stored.event.states.clear();
  const auto messages = messages_of(stored, context, EventForm::whole, later);
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(*messages[0].value, R"({"sequence":12,"erased":true,"raw":9})");
  EXPECT_EQ(headers_of(messages[0])["ce_type"], "calsync.event.erased");
}

TEST(EventMessage, IsNeverAheadOfTheClockAndAlwaysHasASubject) {
  StoredEvent stored = some_event();
  stored.event.subject.clear();
  stored.event.caused_by = "op-1";
  const auto messages =
      messages_of(stored, context, EventForm::whole, *parse_instant("2020-01-01T00:00:00Z"));
  EXPECT_EQ(to_text(messages[0].timestamp), "2020-01-01T00:00:00.000Z");
  EXPECT_EQ(headers_of(messages[0])["ce_subject"], "raw/9");
  EXPECT_EQ(headers_of(messages[0])["ce_causedby"], "op-1");
}

std::vector<TopicFacts> all_there() {
  std::vector<TopicFacts> facts;
  for (const TopicSpec& spec : topic_specs("c.")) {
    facts.push_back(
        {spec.name, spec.partitions, 1, {{"cleanup.policy", spec.compacted ? "compact" : "delete"}}});
  }
  return facts;
}

TEST(TopicSet, IsMadeWhereItIsMissingAndMayBe) {
  const auto plan = plan_topics("c.", {}, {}, true);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->create.size(), 7U);
  EXPECT_TRUE(plan_topics("c.", all_there(), {}, true)->create.empty());
}

TEST(TopicSet, NamesEveryMissingTopicAndHowItMustBe) {
  auto facts = all_there();
  facts[0].partitions = facts.back().partitions = 0;
  const auto plan = plan_topics("c.", facts, {}, false);
  ASSERT_FALSE(plan);
  EXPECT_NE(plan.error().what.find("c.bookings (6 partitions)"), std::string::npos) << plan.error().what;
  EXPECT_NE(plan.error().what.find("c.cursor (1 partition, cleanup.policy=compact)"), std::string::npos);
}

TEST(TopicSet, IsNotMadeAnewWhereEventsWerePublished) {
  auto facts = all_there();
  facts[0].partitions = 0;
  const auto plan = plan_topics("c.", facts, {{"bookings", 6}}, true);
  ASSERT_FALSE(plan);
  EXPECT_NE(plan.error().what.find("c.bookings"), std::string::npos);
}

TEST(TopicSet, RefusesACursorTopicThatWouldForget) {
  auto facts = all_there();
  facts.back().config["cleanup.policy"] = "delete";
  EXPECT_FALSE(plan_topics("c.", facts, {}, true));
  facts = all_there();
  facts.back().partitions = 2;
  EXPECT_FALSE(plan_topics("c.", facts, {}, true));
  facts.back() = {"c.cursor", 1, 1, {}};
  EXPECT_TRUE(plan_topics("c.", facts, {}, true)) << "its settings may not be readable for us";
}

TEST(TopicSet, WarnsOfSettingsThatCostConsumersEvents) {
  auto facts = all_there();
  facts[0].config["cleanup.policy"] = "compact";
  facts[2].config["retention.ms"] = "604800000";
  facts[1].replication = 3;
  facts[1].config["min.insync.replicas"] = "1";
  EXPECT_EQ(plan_topics("c.", facts, {}, true)->warnings.size(), 3U);
}

}  // namespace
}  // namespace calsync
