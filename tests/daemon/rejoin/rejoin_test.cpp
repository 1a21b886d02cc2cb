#include "rejoin_fixture.hpp"
#include "state/views/booking_json.hpp"
#include "state/views/chain.hpp"
#include "tests/state/store/faulty_disk.hpp"

namespace calsync {
namespace {

void expect_equal(const EventRecord& was, const EventRecord& is) {
  SCOPED_TRACE("event " + std::to_string(was.sequence.value()) + " " + was.type);
  EXPECT_EQ(is.sequence, was.sequence);
  EXPECT_EQ(is.raw, was.raw);
  EXPECT_EQ(is.topic, was.topic);
  EXPECT_EQ(is.key, was.key);
  EXPECT_EQ(is.key_sequence, was.key_sequence);
  EXPECT_EQ(is.type, was.type);
  EXPECT_EQ(is.subject, was.subject);
  EXPECT_EQ(is.time, was.time);
  EXPECT_EQ(is.value, was.value);
}

void expect_sound(EventLog& log) {
  const auto verified = log.verify({});
  ASSERT_TRUE(verified) << verified.error().text();
  EXPECT_EQ(verified->damage, std::vector<std::string>{});
  const auto again = verify_rebuild(log, {});
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_FALSE(again->first_difference) << again->difference;
}

std::string shown(const EventLog& log, const std::string& uid) {
  const auto source = log.views();
  ViewTable views(*source);
  const auto row = load_booking(views, uid);
  return row ? render(*row, walk_up(views, *row, uid).root).json : "none";
}

constexpr const char* every_uid[] = {"a1", "a2", "a3", "b1", "c1", "d1", "e1", "g1", "s1"};

TEST_F(RejoinTest, GivesTheLogTheVeryEventsAndHashesThatKafkaHas) {
  lose_all_after_a_backup();
  const auto done = rejoin();
  ASSERT_TRUE(done) << done.error().text();
  const auto was = all_events(*lost->log), is = all_events(*log->log);
  ASSERT_EQ(is.size(), was.size());
  for (std::size_t i = 0; i < was.size(); ++i) {
    expect_equal(was[i].event, is[i].event);
    EXPECT_EQ(to_hex(is[i].hash), to_hex(was[i].hash));
  }
  EXPECT_EQ((*log)->head().event_hash, (*lost)->head().event_hash);
  expect_sound(*log->log);
}

TEST_F(RejoinTest, GivesTheSameViews) {
  lose_all_after_a_backup();
  ASSERT_TRUE(rejoin());
  for (const char* uid : every_uid) EXPECT_EQ(shown(*log->log, uid), shown(*lost->log, uid)) << uid;
}

TEST_F(RejoinTest, WhatComesLaterMakesTheSameEventsAsItWouldHave) {
  lose_all_after_a_backup();
  ASSERT_TRUE(rejoin());
  const auto end = (*lost)->head();
  for (const std::string& body : third_part()) {
    append(*lost->log, body);
    append(*log->log, body);
  }
  read_all(*lost->log);
  read_all(*log->log);
  const auto was = all_events(*lost->log), is = all_events(*log->log);
  ASSERT_EQ(is.size(), was.size());
  EXPECT_GT(is.size(), end.event.value() + 4);
  for (std::size_t i = end.event.value(); i < was.size(); ++i) {
    EXPECT_EQ(is[i].event.type, was[i].event.type) << i;
    EXPECT_EQ(is[i].event.key, was[i].event.key) << i;
    EXPECT_EQ(is[i].event.key_sequence, was[i].event.key_sequence) << i;
    const auto changes = [](const std::string& value) { return value.substr(value.find(R"(,"booking")")); };
    const auto without_raw = [&](const std::string& value) {
      const std::string text = changes(value);
      return text.substr(0, text.rfind(R"(,"raw")"));
    };
    if (was[i].event.topic == Topic::bookings) {
      EXPECT_EQ(without_raw(is[i].event.value), without_raw(was[i].event.value)) << i;
    }
  }
  expect_sound(*log->log);
}

TEST_F(RejoinTest, GivesEveryNumberThatTheLostLogGaveAndNamesWhatIsNowhere) {
  lose_all_after_a_backup();
  const auto plan = survey_rejoin(*log->log, kafka.source(), {});
  ASSERT_TRUE(plan && *plan) << (plan ? "" : plan.error().text());
  EXPECT_EQ((*plan)->untold_records, 2u);  // copies of what was known: they made no event
  ASSERT_EQ((*plan)->untold.size(), 2u);
  EXPECT_EQ((*plan)->untold[0].first, RawSequence{13});
  EXPECT_EQ((*plan)->untold[1].first, RawSequence{29});
  EXPECT_EQ((*plan)->last_told, (*lost)->head().raw);
  ASSERT_TRUE(rejoin());
  const auto told = (*log)->raw(RawSequence{13});
  ASSERT_TRUE(told);
  EXPECT_EQ(told->body, R"({"lost":13})");
  EXPECT_GT((*log)->head().raw, (*lost)->head().raw);  // and its own end
}

TEST_F(RejoinTest, TheNextStartGoesOnFromTheCursorWithTheNextGeneration) {
  lose_all_after_a_backup();
  ASSERT_TRUE(rejoin());
  EXPECT_FALSE(*restored(*log->log));
  const auto note = (*log)->note(claim_note(prefix));
  ASSERT_TRUE(note && *note);
  LogSide side;
  side.log = (*log)->id();
  side.held = *decode_claim(**note);
  side.head = (*log)->head().event;
  side.hash_at = [&](EventSequence at) -> Result<Digest> { return (*log)->event(at)->hash; };
  const auto verdict = judge_cursor(side, kafka.cursor, {}, {});
  EXPECT_EQ(verdict.kind, CursorVerdict::Kind::go_on) << verdict.why.text();
  EXPECT_EQ(verdict.after, kafka.cursor.sequence);
  EXPECT_EQ(verdict.generation, 8u);
  EXPECT_FALSE(rejoin());  // needs none
}

TEST_F(RejoinTest, WhatTheBackupHadNotReadYetIsReadFromItsOwnRecords) {
  for (const std::uint64_t read : {std::uint64_t{0}, std::uint64_t{3}, std::uint64_t{7}}) {
    SCOPED_TRACE(read);
    std::filesystem::remove_all(temp.path() / "backups");
    lost.reset();
    std::filesystem::remove_all(temp.path() / "lost");
    kafka = {};
    lose_all_after_a_backup(read);
    const auto done = rejoin();
    ASSERT_TRUE(done) << done.error().text();
    EXPECT_EQ((*log)->head().event_hash, (*lost)->head().event_hash);
    EXPECT_EQ((*log)->raw(RawSequence{8})->source, RecordSource::webhook);
    expect_sound(*log->log);
  }
}

TEST_F(RejoinTest, CutShortAnywhereItGoesOnWhereItWas) {
  lose_all_after_a_backup(3);
  const std::size_t all = kafka.records.size();
  for (std::size_t records = 0; records < all; records += 3) {
    SCOPED_TRACE(records);
    restore();
    const auto plan = survey_rejoin(*log->log, kafka.source(), {});
    ASSERT_TRUE(plan && *plan);
    kafka.fail_after = records;
    const bool whole = perform_rejoin(*log->log, kafka.source(), **plan, clock, {}).has_value();
    kafka.fail_after = SIZE_MAX;
    if (whole) break;
    log.reset();
    log = must_open(temp.path() / "log");
    ASSERT_TRUE(*restored(*log->log));
    const auto done = rejoin();
    ASSERT_TRUE(done) << done.error().text();
    EXPECT_EQ((*log)->head().event_hash, (*lost)->head().event_hash);
    EXPECT_EQ((*log)->head().event, (*lost)->head().event);
  }
  expect_sound(*log->log);
}

// What is gathered while the disk refuses must not be taken by it before what it refused.
TEST_F(RejoinTest, ADiskThatIsFullForAWhileLeavesNoHole) {
  FaultySwitch faults;
  Disk disk{std::make_shared<FaultyFiles>(faults)};
  lose_all_after_a_backup(8, 1000);
  log.reset();
  log = must_open(LogOptions{.path = temp.path() / "log", .disk = &disk});
  const auto plan = survey_rejoin(*log->log, kafka.source(), {});
  ASSERT_TRUE(plan && *plan);
  // Two Kafka records make one of the log, and 256 of those go to the disk together.
  kafka.on_read = [&](std::size_t read) {
    if (read == 700) {
      while ((*log)->head().raw.value() < 200) std::this_thread::yield();  // the first of them are down
      faults.fault = Fault::no_space;
    } else if (read == 1300) {
      while (!(*log)->disk_full()) std::this_thread::yield();
      faults.fault = Fault::none;
    }
  };
  const auto refused = perform_rejoin(*log->log, kafka.source(), **plan, clock, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::disk_full) << refused.error().text();
  kafka.on_read = [](std::size_t) {};
  log.reset();
  log = must_open(temp.path() / "log");
  const auto done = rejoin();
  ASSERT_TRUE(done) << done.error().text();
  EXPECT_EQ((*log)->head().event_hash, (*lost)->head().event_hash);
  expect_sound(*log->log);
}

TEST_F(RejoinTest, WhatADaemonTookInBeforeItComesAfterWhatKafkaHas) {
  lose_all_after_a_backup();
  const auto note = restored(*log->log);
  ASSERT_TRUE(note && *note);
  ASSERT_TRUE(mark_waiting(*log->log, **note, clock));
  append(*log->log, created("n1", 50).text());
  append(*log->log, cancelled("g1", 51).text());
  ASSERT_TRUE(mark_waiting(*log->log, **note, clock));  // a second start
  EXPECT_EQ((*log)->head().raw.value(), (*note)->raw.value() + 3);
  const auto done = rejoin();
  ASSERT_TRUE(done) << done.error().text();
  read_all(*log->log);
  const auto was = all_events(*lost->log), is = all_events(*log->log);
  ASSERT_EQ(is.size(), was.size() + 2);
  for (std::size_t i = 0; i < was.size(); ++i) EXPECT_EQ(to_hex(is[i].hash), to_hex(was[i].hash));
  EXPECT_EQ(is[was.size()].event.subject, "n1");
  EXPECT_EQ(is[was.size() + 1].event.type, "booking.cancelled");
  EXPECT_EQ((*log)->quarantine_size(), 0u);
  expect_sound(*log->log);
}

TEST_F(RejoinTest, ARebuildThatWritesMakesTheSameBytes) {
  lose_all_after_a_backup(3);
  ASSERT_TRUE(rejoin());
  const auto rebuilt = rebuild(*log->log, {});
  ASSERT_TRUE(rebuilt) << rebuilt.error().text();
  EXPECT_EQ((*log)->head().event_hash, (*lost)->head().event_hash);
  log.reset();
  log = must_open(temp.path() / "log");
  expect_sound(*log->log);
  for (const char* uid : every_uid) EXPECT_EQ(shown(*log->log, uid), shown(*lost->log, uid)) << uid;
}

TEST_F(RejoinTest, WhatKafkaNoLongerRetainsIsSaidAndNothingIsChanged) {
  lose_all_after_a_backup();
  const LogHead before = (*log)->head();
  const auto& records = kafka.records;
  const auto gone = std::find_if(records.begin(), records.end(), [&](const auto& r) {
    return r.sequence.value() == before.event.value() + 4 && r.topic != prefix + "booking-state";
  });
  kafka.records.erase(gone);
  const auto done = rejoin();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Errc::not_found);
  EXPECT_NE(done.error().what.find("no longer retains event " + std::to_string(before.event.value() + 4)),
            std::string::npos)
      << done.error().what;
  EXPECT_EQ((*log)->head().raw, before.raw);
  EXPECT_TRUE(*restored(*log->log));
}

TEST_F(RejoinTest, RefusesWhatIsNotThisLogsHistory) {
  lose_all_after_a_backup(3);
  const auto refused = [&](Errc code, const std::string& word) {
    const auto done = rejoin();
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, code) << done.error().what;
    EXPECT_NE(done.error().what.find(word), std::string::npos) << done.error().what;
  };
  const FakeKafka good = kafka;
  kafka.cursor.log = LogId{"other"};
  refused(Errc::foreign, "another log");
  kafka = good;
  kafka.cursor.hash.fill(9);
  refused(Errc::corrupt, "not the one that the cursor names");
  kafka = good;
  kafka.cursor.sequence = EventSequence{1};
  kafka.cursor.hash.fill(9);
  refused(Errc::corrupt, "not the one that was published");
  kafka = good;
  for (auto& record : kafka.records)  // an event that the backup's own unread record does not make
    if (record.sequence.value() == (*log)->head().event.value() + 1 && record.topic == prefix + "ooo")
      record.value->replace(record.value->find("o1"), 2, "xx");
  refused(Errc::corrupt, "not what this log makes");
  kafka = good;
  ASSERT_TRUE(rejoin());
}

}  // namespace
}  // namespace calsync
