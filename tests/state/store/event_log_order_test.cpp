// What the normaliser commits: order, quarantine, persons, rebuild, erasure.
#include "tests/state/store/log_fixture.hpp"
#include "tests/support/erase_keys.hpp"

namespace calsync {
namespace {

TEST(EventLogCommit, KeepsEventsViewsAndSummariesTogether) {
  const TempDir dir;
  auto log = must_open(dir.path() / "log");
  append(*log->log, "one");
  Projection projection;
  projection.upto = RawSequence{1};
  projection.events = {event(1, 1)};
  projection.views = {{"b/uid-1", "state"}};
  RecordSummary summary = summed(RecordOutcome::event);
  summary.people = {"ana@example.org"};
  summary.read_again = BookingUid{"uid-1"};
  projection.summaries = {{RawSequence{1}, summary}};
  ASSERT_TRUE(log->log->commit(projection));
  log.reset();
  log = must_open(dir.path() / "log");
  const auto stored = log->log->event(EventSequence{1});
  ASSERT_TRUE(stored) << stored.error().text();
  EXPECT_EQ(stored->event.value, R"({"x":1})");
  EXPECT_EQ(stored->event.key, EventKey{"uid-1"});
  ASSERT_EQ(stored->event.states.size(), 1U);
  EXPECT_EQ(stored->event.states[0].json, R"({"uid":"x"})");
  EXPECT_EQ(stored->hash, log->log->head().event_hash);
  EXPECT_EQ(log->log->head().normalised, RawSequence{1});
  EXPECT_EQ(log->log->views()->get("b/uid-1"), "state");
  EXPECT_EQ(log->log->records_of("ANA@example.org").value(), std::vector<RawSequence>{RawSequence{1}});
  EXPECT_TRUE(log->log->records_of("bea@example.org")->empty());
  const auto kept = log->log->summary(RawSequence{1});
  ASSERT_TRUE(kept && *kept);
  EXPECT_EQ((*kept)->trigger, "BOOKING_CREATED");
  EXPECT_EQ((*kept)->read_again, BookingUid{"uid-1"});
  EXPECT_TRUE((*kept)->people.empty()) << "e-mails live in the index only";
}

TEST(EventLogCommit, RefusesWhatDoesNotFollowTheHead) {
  const TempDir dir;
  const auto log = must_open(dir.path() / "log");
  append(*log->log, "one");
  Projection gap;
  gap.upto = RawSequence{1};
  gap.events = {event(2, 1)};
  EXPECT_EQ(log->log->commit(gap).error().code, Errc::conflict);
  Projection beyond;
  beyond.upto = RawSequence{2};
  EXPECT_EQ(log->log->commit(beyond).error().code, Errc::conflict);
  ASSERT_TRUE(commit_events(*log->log, 1, 1));
  Projection again;
  EXPECT_EQ(log->log->commit(again).error().code, Errc::conflict) << "it would go back";
}

TEST(EventLogCommit, CountsTheQuarantineUnderAnyOrderOfAnswers) {
  const TempDir dir;
  auto log = must_open(dir.path() / "log");
  for (int i = 1; i <= 4; ++i) append(*log->log, std::to_string(i));
  Projection first;
  first.upto = RawSequence{3};
  first.summaries = {{RawSequence{1}, summed(RecordOutcome::quarantined, "odd")},
                     {RawSequence{2}, summed(RecordOutcome::quarantined, "odd")},
                     {RawSequence{3}, summed(RecordOutcome::nothing)}};
  ASSERT_TRUE(log->log->commit(first));
  EXPECT_EQ(log->log->quarantine_size(), 2U);
  // Record 4 asked for 1 (read now) and, in the same commit, 2 was tried and is still odd.
  Projection retried;
  retried.upto = RawSequence{4};
  retried.retries = {RawSequence{4}};
  retried.summaries = {{RawSequence{1}, summed(RecordOutcome::event)},
                       {RawSequence{2}, summed(RecordOutcome::quarantined, "still odd")},
                       {RawSequence{4}, summed(RecordOutcome::quarantined, "still odd")}};
  ASSERT_TRUE(log->log->commit(retried));
  log.reset();
  log = must_open(dir.path() / "log");
  EXPECT_EQ(log->log->quarantine_size(), 1U);
  const auto held = log->log->quarantine(RawSequence{0}, 10);
  ASSERT_TRUE(held);
  ASSERT_EQ(held->size(), 1U);
  EXPECT_EQ(held->front().sequence, RawSequence{2});
  EXPECT_EQ(held->front().reason, "still odd");
  EXPECT_EQ(held->front().normaliser_version, normaliser_version);
}

TEST(EventLogCommit, GivesEqualBytesAfterARebuildAndKeepsRawAndNotes) {
  const TempDir dir;
  auto log = must_open(dir.path() / "log");
  for (int i = 1; i <= 20; ++i) append(*log->log, std::to_string(i));
  ASSERT_TRUE(commit_events(*log->log, 1, 20));
  ASSERT_TRUE(log->log->set_note("claim", "7"));
  const LogHead before = log->log->head();
  ASSERT_TRUE(log->log->clear_projection("rebuild", "20"));
  EXPECT_EQ(log->log->head().event, EventSequence{0});
  EXPECT_EQ(log->log->note("rebuild")->value_or(""), "20");
  log.reset();  // cut short here: the log still opens, although its witness had seen events
  log = must_open(dir.path() / "log");
  EXPECT_EQ(log->log->head().normalised, RawSequence{0});
  ASSERT_TRUE(commit_events(*log->log, 1, 7));
  ASSERT_TRUE(commit_events(*log->log, 8, 20));
  EXPECT_EQ(log->log->head().event_hash, before.event_hash);
  EXPECT_EQ(log->log->note("claim")->value_or(""), "7");
  EXPECT_EQ(log->log->verify({})->damage, std::vector<std::string>{});
}

TEST(EventLogCommit, TellsEveryDifferenceByHashAsStored) {
  const TempDir dir;
  const auto log = must_open(dir.path() / "log");
  append(*log->log, "1");
  Projection projection;
  projection.upto = RawSequence{1};
  projection.events = {event(1, 1)};
  projection.summaries = {{RawSequence{1}, summed(RecordOutcome::event)}};
  ASSERT_TRUE(log->log->commit(projection));
  const Digest stored = log->log->head().event_hash;
  EventRecord same = event(1, 1);
  EXPECT_EQ(log->log->hash_as_stored(same, {}).value(), stored);
  EXPECT_NE(log->log->hash_as_stored(same, stored).value(), stored) << "another predecessor";
  for (const auto& change : std::vector<std::function<void(EventRecord&)>>{
           [](EventRecord& e) { e.value += " "; }, [](EventRecord& e) { e.type = "booking.changed"; },
           [](EventRecord& e) { e.key = EventKey{"k"}; }, [](EventRecord& e) { e.subject = "s"; },
           [](EventRecord& e) { e.time += std::chrono::milliseconds{1}; },
           [](EventRecord& e) { e.origin = Origin::poll; }, [](EventRecord& e) { e.states.clear(); },
           [](EventRecord& e) { e.caused_by = "x"; }, [](EventRecord& e) { e.key_sequence = KeySequence{2}; },
           [](EventRecord& e) { e.topic = Topic::ooo; }}) {
    EventRecord other = same;
    change(other);
    EXPECT_NE(log->log->hash_as_stored(other, {}).value(), stored);
  }
  EXPECT_EQ(log->log->hash_as_stored(event(2, 1), {}).error().code, Errc::not_found);
}

TEST(EventLogCommit, ErasesARecordWithoutBreakingTheChain) {
  const TempDir dir;
  auto log = must_open(dir.path() / "log");
  const std::string secret = "ana@example.org wants this forgotten";
  for (int i = 1; i <= 3; ++i) append(*log->log, secret + std::to_string(i));
  ASSERT_TRUE(commit_events(*log->log, 1, 3));
  const Digest before = log->log->head().event_hash;
  ASSERT_TRUE(tests::erase_keys(*log->log, {RawSequence{2}}, {EventSequence{2}}));
  log.reset();
  log = must_open(dir.path() / "log");
  EXPECT_FALSE(log->log->raw(RawSequence{2})->body.has_value());
  EXPECT_EQ(log->log->raw(RawSequence{3})->body, secret + "3");
  EXPECT_TRUE(log->log->event(EventSequence{2})->event.erased);
  EXPECT_TRUE(log->log->event(EventSequence{2})->event.value.empty());
  const auto report = log->log->verify({});
  EXPECT_EQ(report->damage, std::vector<std::string>{});
  EXPECT_EQ(report->erased, 2U);
  EXPECT_TRUE(log->log->append_and_wait(delivery(secret + "2"))->duplicate)
      << "a replay of it is still known";
  // A rebuild meets the erased event again and puts the very bytes back.
  ASSERT_TRUE(log->log->clear_projection());
  const auto kept = log->log->erased_event(EventSequence{2});
  ASSERT_TRUE(kept && *kept);
  EXPECT_FALSE(log->log->erased_event(EventSequence{1})->has_value());
  Projection projection;
  projection.upto = RawSequence{3};
  projection.events = {event(1, 1, "event of 1"), **kept, event(3, 3, "event of 3")};
  for (std::uint64_t raw = 1; raw <= 3; ++raw)
    projection.summaries.emplace_back(RawSequence{raw}, summed(RecordOutcome::event));
  ASSERT_TRUE(log->log->commit(projection));
  EXPECT_EQ(log->log->head().event_hash, before);
}

TEST(EventLogCommit, LeavesNoBodyInTheClearOnTheDisk) {
  const TempDir dir;
  {
    const auto log = must_open(dir.path() / "log");
    append(*log->log, "canary-body-0815");
    Projection projection;
    projection.upto = RawSequence{1};
    projection.events = {event(1, 1, "canary-value-0815")};
    RecordSummary summary = summed(RecordOutcome::event);
    summary.people = {"canary-mail-0815@example.org"};
    projection.summaries = {{RawSequence{1}, summary}};
    ASSERT_TRUE(log->log->commit(projection));
  }
  for (const auto& file : std::filesystem::directory_iterator(dir.path() / "log"))
    EXPECT_EQ(read_file(file.path()).find("canary"), std::string::npos) << file.path();
}

}  // namespace
}  // namespace calsync
