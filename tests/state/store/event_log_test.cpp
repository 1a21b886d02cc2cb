#include "state/store/event_log.hpp"

#include "state/store/repeats.hpp"
#include "tests/state/store/log_fixture.hpp"

#include <future>
#include <latch>
#include <set>
#include <thread>

namespace calsync {
namespace {

TEST(EventLog, GivesBackEveryByteOfADelivery) {
  const TempDir dir;
  const auto log = must_open(dir.path() / "log");
  const std::string body("\0\xff{\"a\":1}\n", 10);
  ASSERT_EQ(append(*log->log, body), RawSequence{1});
  const auto record = log->log->raw(RawSequence{1});
  ASSERT_TRUE(record) << record.error().text();
  EXPECT_EQ(record->body, body);
  EXPECT_EQ(record->source, RecordSource::webhook);
  EXPECT_EQ(record->source_id, SourceId{"main"});
  EXPECT_EQ(record->content_type, "application/json");
  EXPECT_EQ(record->received, Instant{std::chrono::milliseconds{1'800'000'000'123}});
  EXPECT_EQ(record->hash, log->log->head().raw_hash);
}

TEST(EventLog, KeepsItsIdAndRecordsAcrossARestart) {
  const TempDir dir;
  auto log = must_open(dir.path() / "log");
  const LogId id = log->log->id();
  append(*log->log, "one");
  append(*log->log, "two");
  const LogHead head = log->log->head();
  log.reset();
  log = must_open(dir.path() / "log");
  EXPECT_EQ(log->log->id(), id);
  EXPECT_EQ(log->log->head().raw, head.raw);
  EXPECT_EQ(log->log->head().raw_hash, head.raw_hash);
  EXPECT_EQ(append(*log->log, "three"), RawSequence{3});
}

TEST(EventLog, AnswersIdenticalBytesWithTheFirstSequenceForEver) {
  const TempDir dir;
  auto log = must_open(dir.path() / "log");
  append(*log->log, "same");
  append(*log->log, "other");
  for (int round = 0; round < 2; ++round) {
    const auto again = log->log->append_and_wait(delivery("same"));
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->duplicate);
    EXPECT_EQ(again->sequence, RawSequence{1});
    log.reset();
    log = must_open(dir.path() / "log");
  }
  EXPECT_EQ(log->log->head().raw, RawSequence{2});
  const auto elsewhere = log->log->append_and_wait(delivery("same", "second"));
  ASSERT_TRUE(elsewhere);
  EXPECT_FALSE(elsewhere->duplicate) << "another source is another delivery";
}

TEST(EventLog, CountsHowOftenIdenticalBytesCameAgainAlsoAcrossARestart) {
  const TempDir dir;
  auto log = must_open(dir.path() / "log");
  for (const char* body : {"once", "twice", "often", "twice", "often", "often"})
    ASSERT_TRUE(log->log->append_and_wait(delivery(body)));
  log.reset();
  log = must_open(dir.path() / "log");
  ASSERT_TRUE(log->log->append_and_wait(delivery("often")));
  for (const std::uint64_t sequence : {1, 2, 3}) {
    const auto times = repeats_of(*log->log, RawSequence{sequence});
    ASSERT_TRUE(times) << times.error().text();
    EXPECT_EQ(*times, sequence == 1 ? 0U : sequence == 2 ? 1U : 3U);
  }
}

TEST(EventLog, FindsDuplicatesThatArriveTogether) {
  const TempDir dir;
  const auto log = must_open(dir.path() / "log");
  constexpr int copies = 200;
  std::promise<void> all;
  std::atomic<int> left{copies}, fresh{0};
  std::mutex mutex;
  std::set<RawSequence> sequences;
  for (int i = 0; i < copies; ++i)
    log->log->append(delivery("same"), [&](Result<Appended> appended) {
      ASSERT_TRUE(appended);
      if (!appended->duplicate) ++fresh;
      {
        const std::lock_guard lock(mutex);
        sequences.insert(appended->sequence);
      }
      if (--left == 0) all.set_value();
    });
  all.get_future().wait();
  EXPECT_EQ(fresh, 1);
  EXPECT_EQ(sequences, std::set<RawSequence>{RawSequence{1}});
}

TEST(EventLog, NeverTakesWhatWeWroteOurselvesForADuplicate) {
  const TempDir dir;
  const auto log = must_open(dir.path() / "log");
  RawDelivery retry = delivery(R"({"retry":1})", "");
  retry.source = RecordSource::retry;
  EXPECT_EQ(log->log->append_and_wait(retry)->sequence, RawSequence{1});
  EXPECT_EQ(log->log->append_and_wait(retry)->sequence, RawSequence{2});
}

TEST(EventLog, GivesManyThreadsGaplessSequences) {
  const TempDir dir;
  const auto log = must_open(dir.path() / "log");
  constexpr int threads = 8, each = 100;
  std::mutex mutex;
  std::set<std::uint64_t> seen;
  {
    std::vector<std::jthread> running;
    for (int t = 0; t < threads; ++t)
      running.emplace_back([&, t] {
        for (int i = 0; i < each; ++i) {
          const RawSequence sequence = append(*log->log, std::to_string(t) + "/" + std::to_string(i));
          const std::lock_guard lock(mutex);
          seen.insert(sequence.value());
        }
      });
  }
  EXPECT_EQ(seen.size(), std::size_t{threads * each});
  EXPECT_EQ(*seen.rbegin(), std::uint64_t{threads * each});
  const auto report = log->log->verify({});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->damage, std::vector<std::string>{});
  EXPECT_EQ(report->raw_records, std::uint64_t{threads * each});
}

// While the writer stands still in a callback, a burst waits; it then goes down in few batches, not one by
// one.
TEST(EventLog, WritesWhatWaitsInOneBatch) {
  const TempDir dir;
  const auto log = must_open(dir.path() / "log");
  std::promise<void> release;
  auto released = release.get_future().share();
  log->log->append(delivery("first"), [released](const Result<Appended>&) { released.wait(); });
  constexpr int burst = 256;
  std::latch done(burst);
  for (int i = 0; i < burst; ++i)
    log->log->append(delivery("burst " + std::to_string(i)),
                     [&done](const Result<Appended>&) { done.count_down(); });
  release.set_value();
  done.wait();
  const std::string metrics = log->metrics.text();
  const auto at = metrics.find("\ncalsync_log_batches_total ");
  ASSERT_NE(at, std::string::npos) << metrics;
  EXPECT_LE(std::stoi(metrics.substr(at + 27)), 3);
}

TEST(EventLog, SaysUnavailableAtOnceWhenItsQueueIsFullAndTakesMoreAfterwards) {
  const TempDir dir;
  const auto log = must_open(dir.path() / "log");
  std::promise<void> release;
  auto released = release.get_future().share();
  std::promise<void> stands;
  log->log->append(delivery("first"), [&stands, released](const Result<Appended>&) {
    stands.set_value();
    released.wait();
  });
  stands.get_future().wait();
  constexpr int room = 4096;
  std::latch done(room);
  for (int i = 0; i < room; ++i)
    log->log->append(delivery(std::to_string(i)), [&done](const Result<Appended>& appended) {
      EXPECT_TRUE(appended);
      done.count_down();
    });
  bool refused = false;
  log->log->append(delivery("one too many"), [&refused](const Result<Appended>& appended) {
    refused = !appended && appended.error().code == Errc::unavailable;
  });
  EXPECT_TRUE(refused) << "the answer comes from append() itself";
  release.set_value();
  done.wait();
  EXPECT_EQ(append(*log->log, "one too many"), RawSequence{room + 2});
}

TEST(EventLog, BoundsTheBytesThatWait) {
  const TempDir dir;
  const auto log = must_open(dir.path() / "log");
  std::promise<void> release;
  auto released = release.get_future().share();
  std::promise<void> stands;
  log->log->append(delivery("first"), [&stands, released](const Result<Appended>&) {
    stands.set_value();
    released.wait();
  });
  stands.get_future().wait();
  std::atomic<int> refused{0}, stored{0};
  for (int i = 0; i < 40; ++i)
    log->log->append(delivery(std::string(1U << 20U, static_cast<char>('a' + i))),
                     [&](const Result<Appended>& appended) { ++(appended ? stored : refused); });
  EXPECT_EQ(refused, 9);  // 31 of a MiB and a little fit into 32 MiB
  release.set_value();
  log->log->close();
  EXPECT_EQ(stored, 31);
}

TEST(EventLog, CompletesWhatWaitsWhenClosedAndRefusesAfterwards) {
  const TempDir dir;
  const auto log = must_open(dir.path() / "log");
  std::atomic<int> stored{0};
  for (int i = 0; i < 300; ++i)
    log->log->append(delivery(std::to_string(i)),
                     [&stored](const Result<Appended>& appended) { stored += appended ? 1 : 0; });
  log->log->close();
  EXPECT_EQ(stored, 300);
  EXPECT_EQ(log->log->append_and_wait(delivery("late")).error().code, Errc::cancelled);
  EXPECT_EQ(log->log->raw(RawSequence{1}).error().code, Errc::cancelled);
  EXPECT_EQ(log->log->set_note("x", "y").error().code, Errc::cancelled);
}

TEST(EventLog, KeepsNotes) {
  const TempDir dir;
  auto log = must_open(dir.path() / "log");
  EXPECT_FALSE(log->log->note("claim")->has_value());
  ASSERT_TRUE(log->log->set_note("claim", "7"));
  log.reset();
  log = must_open(dir.path() / "log");
  EXPECT_EQ(log->log->note("claim")->value_or(""), "7");
  ASSERT_TRUE(log->log->set_note("claim", ""));
  EXPECT_FALSE(log->log->note("claim")->has_value());
}

TEST(EventLog, WakesWhoWaitsForARecord) {
  const TempDir dir;
  const auto log = must_open(dir.path() / "log");
  auto waiting = std::async(std::launch::async, [&] {
    return log->log->wait_for_raw(RawSequence{0}, {}, std::chrono::seconds{60});
  });
  append(*log->log, "x");
  EXPECT_TRUE(waiting.get());
  EXPECT_FALSE(log->log->wait_for_raw(RawSequence{1}, {}, std::chrono::milliseconds{1}));
  std::stop_source stop;
  auto stopped = std::async(std::launch::async, [&] {
    return log->log->wait_for_event(EventSequence{0}, stop.get_token(), std::chrono::seconds{60});
  });
  stop.request_stop();
  EXPECT_FALSE(stopped.get());
}

TEST(EventLog, ReadsInPages) {
  const TempDir dir;
  const auto log = must_open(dir.path() / "log");
  for (int i = 1; i <= 10; ++i) append(*log->log, std::string(1000, 'x') + std::to_string(i));
  EXPECT_EQ(log->log->read_raw(RawSequence{1}, 4, 1U << 20U)->size(), 4U);
  EXPECT_EQ(log->log->read_raw(RawSequence{9}, 100, 1U << 20U)->size(), 2U);
  EXPECT_EQ(log->log->read_raw(RawSequence{11}, 100, 1U << 20U)->size(), 0U);
  EXPECT_EQ(log->log->read_raw(RawSequence{1}, 100, 2500)->size(), 3U)
      << "stops soon after the bytes are reached";
  EXPECT_EQ(log->log->read_raw(RawSequence{1}, 100, 1)->size(), 1U) << "one record always fits";
  EXPECT_EQ(log->log->raw(RawSequence{11}).error().code, Errc::not_found);
}

TEST(EventLog, TakesACheckpointWhileItIsWrittenTo) {
  const TempDir dir;
  const auto log = must_open(dir.path() / "log");
  for (int i = 0; i < 50; ++i) append(*log->log, "before " + std::to_string(i));
  ASSERT_TRUE(commit_events(*log->log, 1, 50));
  std::jthread writing([&](const std::stop_token& stop) {
    for (int i = 0; !stop.stop_requested(); ++i) append(*log->log, "while " + std::to_string(i));
  });
  for (int round = 0; round < 5; ++round) {
    LogOptions options;
    options.path = dir.path() / ("copy" + std::to_string(round));
    options.read_only = true;
    const LogHead before = log->log->head();
    const auto made = log->log->checkpoint(options.path);
    ASSERT_TRUE(made) << made.error().text();
    const auto copy = must_open(options);
    EXPECT_GE(copy->log->head().raw, before.raw);
    EXPECT_EQ(copy->log->id(), log->log->id());
    const auto report = copy->log->verify({});
    ASSERT_TRUE(report);
    EXPECT_EQ(report->damage, std::vector<std::string>{});
    EXPECT_EQ(copy->log->append_and_wait(delivery("x")).error().code, Errc::rejected);
  }
}

}  // namespace
}  // namespace calsync
