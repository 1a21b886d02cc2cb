#include "daemon/audit/join_kafka.hpp"

#include "daemon/audit/join_states.hpp"

#include <gtest/gtest.h>

namespace calsync::audit {
namespace {

using Events = std::vector<EventFacts>;

Instant minute(int n) {
  return Instant{std::chrono::minutes{n}};
}

// "a1" is the first event of key a; the sequence is its place in the list of all.
EventFacts event(std::uint64_t sequence, char key, std::uint64_t number) {
  EventFacts facts;
  facts.sequence = EventSequence{sequence};
  facts.raw = RawSequence{sequence};
  facts.topic = "bookings";
  facts.key = facts.subject = std::string(1, key);
  facts.type = "booking.created";
  facts.hash = "hash" + std::to_string(sequence);
  facts.key_sequence = number;
  facts.received = minute(static_cast<int>(sequence));
  return facts;
}
const Events all{event(1, 'a', 1), event(2, 'b', 1), event(3, 'a', 2), event(4, 'b', 2), event(5, 'a', 3)};

Events picked(const std::vector<std::size_t>& sequences) {
  Events events;
  for (const std::size_t one : sequences) events.push_back(all[one - 1]);
  return events;
}

Next<EventFacts> from(const Events& events) {
  return [events, at = std::size_t{0}]() mutable -> Result<std::optional<EventFacts>> {
    return at < events.size() ? std::optional(events[at++]) : std::nullopt;
  };
}

KafkaJoin join(const Events& logged, const Events& told, int published_until = 100) {
  KafkaJoinOptions options{logged.empty() ? EventSequence{} : logged.back().sequence, minute(published_until),
                           [](const EventFacts&) { return 0; }};
  return join_kafka(from(logged), from(told), options).value();
}

std::string text_of(const KafkaJoin& join) {
  std::string text;
  for (const auto& one : join.findings)
    text +=
        std::string(to_text(one.weight)) + " " + one.kind + " " + std::to_string(one.event->value()) + "; ";
  return text + std::to_string(join.compared) + " same, " + std::to_string(join.not_retained) +
         " not retained";
}

struct JoinCase {
  const char* story;
  std::vector<std::size_t> told;
  int published_until;
  const char* expected;
};

TEST(KafkaJoin, NamesWhatIsNotAsTheLogHasIt) {
  const JoinCase cases[] = {
      {"all is there", {1, 2, 3, 4, 5}, 100, "5 same, 0 not retained"},
      {"a hole", {1, 2, 4, 5}, 100, "now unpublished 3; 4 same, 0 not retained"},
      {"a hole is wrong, however young", {1, 2, 4, 5}, 0, "now unpublished 3; 4 same, 0 not retained"},
      {"twice", {1, 2, 2, 3, 4, 5}, 100, "now doubled 2; 5 same, 0 not retained"},
      {"twice, later", {1, 2, 3, 4, 1, 5}, 100, "now doubled 1; 5 same, 0 not retained"},
      {"behind a later one", {1, 2, 4, 3, 5}, 100, "now out_of_order 3; 5 same, 0 not retained"},
      {"the end is missing", {1, 2, 3}, 100, "now unpublished 4; now unpublished 5; 3 same, 0 not retained"},
      {"the end is young", {1, 2, 3}, 4, "now unpublished 4; pending unpublished 5; 3 same, 0 not retained"},
      {"the beginning is no longer kept", {3, 4, 5}, 100, "3 same, 2 not retained"},
      {"nothing was ever published",
       {},
       100,
       "now unpublished 1; now unpublished 2; now unpublished 3; now unpublished 4; now unpublished 5; "
       "0 same, 0 not retained"},
  };
  for (const auto& [story, told, until, expected] : cases) {
    SCOPED_TRACE(story);
    EXPECT_EQ(text_of(join(all, picked(told), until)), expected);
  }
}

TEST(KafkaJoin, NamesEachFieldThatDiffers) {
  Events told = all;
  told[1].hash = "another";
  told[2].type = "booking.cancelled";
  const KafkaJoin found = join(all, told);
  ASSERT_EQ(found.findings.size(), 2U);
  EXPECT_EQ(found.findings[0].what, "Kafka has it with another hash");
  EXPECT_EQ(found.findings[0].booking, "b");
  EXPECT_EQ(found.findings[1].what, "Kafka has it with another type");
  told = all;
  told[0].type = "event.oversize";  // a tombstone in its place is right
  EXPECT_TRUE(join(all, told).findings.empty());
}

TEST(KafkaJoin, ANumberThatIsMissingInAKeyIsTold) {
  Events logged = all, told = all;
  logged[4].key_sequence = told[4].key_sequence = 4;
  EXPECT_EQ(text_of(join(logged, told)), "now out_of_order 5; 5 same, 0 not retained");
}

TEST(KafkaJoin, WhatCameSinceTheLogWasReadIsNoFinding) {
  EXPECT_EQ(text_of(join(picked({1, 2, 3}), all)), "3 same, 0 not retained");
  EXPECT_EQ(join(picked({1, 2, 3}), all).newer, 2U);
}

TEST(KafkaJoin, WhatIsNoLongerKeptIsJudgedByPartition) {
  // Of a's partition the first is gone; of b's nothing is kept.
  KafkaJoinOptions options{EventSequence{5}, minute(100),
                           [](const EventFacts& one) { return one.key == "a" ? 0 : 1; }};
  const auto found = join_kafka(from(all), from(picked({3, 5})), options).value();
  EXPECT_EQ(text_of(found), "2 same, 3 not retained");
}

TEST(KafkaJoin, AFailureOfEitherSideEndsIt) {
  const Next<EventFacts> broken = []() -> Result<std::optional<EventFacts>> {
    return Error{Errc::unavailable, "away"};
  };
  KafkaJoinOptions options{EventSequence{5}, minute(100), [](const EventFacts&) { return 0; }};
  EXPECT_FALSE(join_kafka(from(all), broken, options));
  EXPECT_FALSE(join_kafka(broken, from(all), options));
}

EventRecord with_state(std::uint64_t sequence, const std::string& uid, const std::string& json) {
  EventRecord record;
  record.sequence = EventSequence{sequence};
  record.subject = uid;
  record.states = {{BookingUid(uid), json}};
  return record;
}

TEST(StateJoin, NamesBookingsWhoseStateIsNotTheNewest) {
  StateJoin join;
  for (const auto& [sequence, uid] : std::vector<std::pair<std::uint64_t, std::string>>{{1, "same"},
                                                                                        {2, "old"},
                                                                                        {3, "old"},
                                                                                        {4, "none"},
                                                                                        {5, "other"},
                                                                                        {6, "newer"},
                                                                                        {7, "young"},
                                                                                        {8, "erased"}})
    join.logged(with_state(sequence, uid, "{\"n\":" + std::to_string(sequence) + "}"));
  join.told("same", EventSequence{1}, "{\"n\":1}");
  join.told("old", EventSequence{2}, "{\"n\":2}");
  join.told("other", EventSequence{5}, "{\"n\":6}");
  join.told("newer", EventSequence{100}, "{}");
  EventRecord erased;
  erased.subject = "erased";
  erased.erased = true;
  join.logged(erased);
  std::string text;
  for (const auto& one : join.findings(EventSequence{9}, EventSequence{6}))
    text += one.booking + ": " + one.what + "\n";
  EXPECT_EQ(text,
            "none: booking-state does not have its newest state\n"
            "old: booking-state does not have its newest state\n"
            "other: booking-state has another state of it than the log\n");
}

}  // namespace
}  // namespace calsync::audit
