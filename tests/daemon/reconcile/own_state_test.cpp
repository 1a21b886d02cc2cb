// What the log knows from our side, whether or not the normaliser has read it already.
#include "daemon/reconcile/own_state.hpp"

#include "state/views/config_fold.hpp"
#include "state/views/reconcile_fold.hpp"

#include <boost/json.hpp>

namespace calsync {
namespace {

using testing::ElementsAre;

struct Told {
  MemoryViews rows;
  std::vector<EventRecord> events;
  void say(const std::string& body) {
    RawRecord record;
    record.sequence = RawSequence{events.size() + 1};
    record.source = RecordSource::apply;
    record.received = Instant{} + std::chrono::hours{++hours};
    record.body = body;
    ViewTable table(rows);
    auto read = fold_config(record, table, EventSequence{events.size() + 1});
    for (auto& event : read.events) events.push_back(std::move(event));
    rows.apply(table.take());
  }
  std::vector<std::string> types() const {
    std::vector<std::string> out;
    for (const auto& event : events) out.push_back(event.type + " " + event.subject);
    return out;
  }
  int hours = 0;
};

TEST(ReconcileFold, TellsEachRevisionAndKeepsTheLastGoodOne) {
  Told told;
  told.say(R"({"record":"revision.seen","branch":"main","commit":"aa","good":true,"why":null})");
  told.say(R"({"record":"revision.seen","branch":"main","commit":"bb","good":false,"why":"f.yaml:1:1: no"})");
  EXPECT_THAT(told.types(),
              ElementsAre("config.revision_seen revision/main", "config.revision_seen revision/main"));
  EXPECT_EQ(told.rows.get(good_revision_row), "aa");
  const auto value = boost::json::parse(told.events[1].value);
  EXPECT_EQ(value.at("config").at("why"), "f.yaml:1:1: no");
  EXPECT_EQ(value.at("config").at("good"), false);
}

TEST(ReconcileFold, ASuspensionStandsUntilItIsResumed) {
  Told told;
  told.say(suspended_record("eventType/*", "a quarrel"));
  auto known = suspensions_in(told.rows);
  EXPECT_EQ(known.at("eventType/*").reason, "a quarrel");
  EXPECT_THAT(suspended_patterns(known), ElementsAre("eventType/*"));
  told.say(resumed_record("eventType/x", ""));
  told.say(resumed_record("eventType/*", ""));
  EXPECT_TRUE(suspensions_in(told.rows).empty());
  EXPECT_THAT(told.types(), ElementsAre("config.suspended eventType/*", "config.resumed eventType/*"));
}

TEST(ReconcileFold, TheSuspensionOfEverythingIsNoPatternOfAPlan) {
  Told told;
  told.say(suspended_record(std::string(suspended_whole), ""));
  EXPECT_TRUE(suspended_patterns(suspensions_in(told.rows)).empty());
}

TEST(ReconcileFold, AMendedSubscriptionIsToldAndIsNotOursByTheRegister) {
  Told told;
  const std::string change =
      R"(,"address":"webhook/organization/https://h.example/hooks/main","kind":"webhook","action":"update","changes":[],"commit":null})";
  told.say(R"({"record":"change.started")" + change);
  told.say(R"({"record":"change.done")" + change);
  EXPECT_TRUE(is_config_record(R"({"record":"change.done")" + change));
  EXPECT_THAT(told.types(),
              ElementsAre("config.change_started webhook/organization/https://h.example/hooks/main",
                          "config.change_done webhook/organization/https://h.example/hooks/main"));
  EXPECT_TRUE(register_in(told.rows).empty());
}

TEST(ReconcileFold, WhatLacksAMemberIsNoRecord) {
  for (const char* body :
       {R"({"record":"revision.seen","branch":"main"})",
        R"({"record":"plan.made","branch":"m","commit":"c"})", R"({"record":"reconcile.suspended"})",
        R"({"record":"reconcile.resumed","address":""})"})
    EXPECT_FALSE(is_config_record(body)) << body;
}

}  // namespace
}  // namespace calsync
