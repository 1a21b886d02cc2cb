// The whole publisher against a broker that keeps transactions in memory and fails as told. The real one:
// publish_broker_test.
#include "daemon/publish/publish_run.hpp"

#include "daemon/publish/topic_set.hpp"
#include "tests/support/memory_event_log.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <set>

namespace calsync {
namespace {

using namespace std::chrono_literals;
using tests::MemoryEventLog;

// Answers to the next calls of one kind; none left: ok.
struct Script {
  std::deque<KafkaClass> init, begin, produce, commit, abort;
  std::size_t too_large = SIZE_MAX;  // messages from this size on are poison
  static KafkaError next(std::deque<KafkaClass>& answers) {
    if (answers.empty()) return {};
    const KafkaClass kind = answers.front();
    answers.pop_front();
    return kind == KafkaClass::ok ? KafkaError{} : KafkaError{kind, "as told"};
  }
};

struct MemoryBroker final : Broker {
  struct Producer final : Transactions {
    explicit Producer(MemoryBroker& b) : broker(b) {}
    KafkaError init(Slice /*slice*/) override { return Script::next(broker.script.init); }
    KafkaError begin() override {
      open.clear();
      return Script::next(broker.script.begin);
    }
    KafkaError produce(const KafkaMessage& message, Slice /*slice*/) override {
      if (message.value && message.value->size() >= broker.script.too_large)
        return {KafkaClass::poison, "too large"};
      KafkaError error = Script::next(broker.script.produce);
      if (error.ok()) open.push_back(message);
      return error;
    }
    KafkaError commit(Slice /*slice*/) override {
      KafkaError error = Script::next(broker.script.commit);
      const std::scoped_lock lock(broker.mutex);
      if (error.ok()) broker.committed.insert(broker.committed.end(), open.begin(), open.end());
      broker.largest = std::max(broker.largest, open.size());
      return error;
    }
    KafkaError abort(Slice /*slice*/) override {
      open.clear();
      return Script::next(broker.script.abort);
    }
    MemoryBroker& broker;
    std::vector<KafkaMessage> open;
  };

  Result<std::vector<TopicFacts>> describe(const std::vector<std::string>& topics) override {
    std::vector<TopicFacts> facts;
    for (const auto& name : topics) facts.push_back({name, made.contains(name) ? made[name] : 0, 1, {}});
    return facts;
  }
  Result<void> create(const std::vector<TopicSpec>& topics) override {
    for (const auto& spec : topics) made[spec.name] = spec.partitions;
    return {};
  }
  Result<std::optional<CursorRecord>> read_cursor(const std::string& topic) override {
    const std::scoped_lock lock(mutex);
    std::optional<CursorRecord> last;
    for (const auto& message : committed) {
      if (message.topic == topic) last = decode_cursor(*message.value).value();
    }
    return last;
  }
  Result<std::optional<std::string>> first_with_records(const std::vector<std::string>& /*topics*/) override {
    return std::optional<std::string>{};
  }
  Result<std::unique_ptr<Transactions>> open(const std::string& /*id*/,
                                             const std::vector<std::string>& /*topics*/) override {
    ++opened;
    return std::unique_ptr<Transactions>(std::make_unique<Producer>(*this));
  }
  [[nodiscard]] std::string bootstrap() const override { return "memory"; }

  std::vector<std::uint64_t> sequences(const std::string& topic = "t.bookings") {
    const std::scoped_lock lock(mutex);
    std::vector<std::uint64_t> found;
    for (const auto& message : committed) {
      if (message.topic != topic) continue;
      for (const auto& header : message.headers) {
        if (std::string_view(header.name) == "ce_sequence") found.push_back(std::stoull(header.value));
      }
    }
    return found;
  }

  Script script;
  std::map<std::string, int> made;
  std::mutex mutex;
  std::vector<KafkaMessage> committed;
  std::size_t largest = 0;
  int opened = 0;
};

struct Publishing : testing::Test {
  Publishing() {
    options.kafka.topic_prefix = "t.";
    options.source = "/calsync/local";
  }
  // Runs until everything in the log is published, or it ends by itself.
  std::pair<PublisherState, Error> run() {
    PublishRun publish({log, broker, clock, probe, board, dog}, options);
    std::pair<PublisherState, Error> end;
    std::jthread thread([&](const std::stop_token& stop) {
      end = publish.run(stop);
      over = true;
    });
    while (!over && !(board.read().published == log.head().event && board.read().generation > 0))
      std::this_thread::yield();
    thread.request_stop();
    thread.join();
    over = false;
    return end;
  }
  void add(std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) log.add("key" + std::to_string(i % 7));
  }
  void expect_each_once() {
    std::vector<std::uint64_t> all(log.head().event.value());
    for (std::uint64_t i = 0; i < all.size(); ++i) all[i] = i + 1;
    EXPECT_EQ(broker.sequences(), all);
  }

  MemoryEventLog log;
  MemoryBroker broker;
  SystemClock clock;
  MetricRegistry metrics;
  PublishProbe probe{metrics};
  StatusBoard board{PublisherStatus{}};
  Watchdog dog;
  PublisherOptions options;
  std::atomic<bool> over{false};
};

TEST_F(Publishing, SendsEachEventOnceInOrderAndNothingAgainAfterARestart) {
  add(5000);
  EXPECT_EQ(run().first, PublisherState::stopped);
  expect_each_once();
  EXPECT_LE(broker.largest, 2 * PublishSteps::batch_max + 1);
  add(10);
  board.change([](PublisherStatus& s) { s = {}; });
  run();
  expect_each_once();
  EXPECT_EQ(board.read().generation, 2U);
}

struct FaultRow {
  const char* story;
  std::function<void(Script&)> fault;
};

TEST_F(Publishing, LosesAndDoublesNothingWhateverACallAnswers) {
  using enum KafkaClass;
  for (const FaultRow& row : {
           FaultRow{"init times out twice",
                    [](Script& s) {
                      s.init = {retriable, retriable};
                    }},
           FaultRow{"init fatal", [](Script& s) { s.init = {fatal}; }},
           FaultRow{"begin fatal",
                    [](Script& s) {
                      s.begin = {ok, fatal};
                    }},
           FaultRow{"a message of the claim is not taken", [](Script& s) { s.produce = {abortable}; }},
           FaultRow{"a message in the middle is not taken",
                    [](Script& s) {
                      s.produce = {ok, ok, ok, abortable};
                    }},
           FaultRow{"the queue is full for a while",
                    [](Script& s) {
                      s.produce = {ok, retriable, retriable, retriable};
                    }},
           FaultRow{"commit of the claim times out", [](Script& s) { s.commit = {retriable}; }},
           FaultRow{"commit times out, then aborts",
                    [](Script& s) {
                      s.commit = {ok, retriable, abortable};
                    }},
           FaultRow{"commit fatal",
                    [](Script& s) {
                      s.commit = {ok, fatal};
                    }},
           FaultRow{"abort times out, then is fatal",
                    [](Script& s) {
                      s.commit = {ok, abortable};
                      s.abort = {retriable, fatal};
                    }},
       }) {
    SCOPED_TRACE(row.story);
    add(3);
    board.change([](PublisherStatus& s) { s = {}; });
    row.fault(broker.script);
    EXPECT_EQ(run().first, PublisherState::stopped);
    expect_each_once();
  }
}

TEST_F(Publishing, ReplacesAnEventThatIsTooLargeInItsPlace) {
  broker.script.too_large = 10000;
  add(20);
  log.add("key1", std::string(20000, 'x'));
  add(20);
  run();
  expect_each_once();
  int tombstones = 0;
  for (const auto& message : broker.committed) {
    for (const auto& header : message.headers) tombstones += header.value == "calsync.event.oversize" ? 1 : 0;
  }
  EXPECT_EQ(tombstones, 1);
  EXPECT_EQ(probe.oversize.value(), 1);
}

struct PublishingAfter : Publishing, testing::WithParamInterface<bool> {};
INSTANTIATE_TEST_SUITE_P(AStartWithTakeover, PublishingAfter, testing::Values(false, true));

TEST_P(PublishingAfter, StandsDownWhenANewerInstanceHasClaimed) {
  options.takeover = GetParam();  // holds for the claim at the start, not for ever
  add(3);
  bool stolen = false;
  PublishRun publish({log, broker, clock, probe, board, dog}, options);
  std::pair<PublisherState, Error> end;
  std::jthread thread([&](const std::stop_token& stop) {
    end = publish.run(stop);
    over = true;
  });
  while (!over) {
    if (!stolen && board.read().published == log.head().event) {
      stolen = true;
      const auto cursor = broker.read_cursor("t.cursor").value();
      CursorRecord theirs = cursor.value();
      theirs.generation += 1;
      theirs.nonce = "theirs";
      {
        const std::scoped_lock lock(broker.mutex);
        broker.committed.push_back(cursor_message(theirs, {log.id(), "", "t.", "", {}}));
      }
      broker.script.begin = {KafkaClass::fenced, KafkaClass::fenced};
      add(1);
    }
    std::this_thread::yield();
  }
  EXPECT_EQ(end.first, PublisherState::stood_down);
  EXPECT_EQ(broker.sequences().size(), 3U);
}

TEST_F(Publishing, RefusesACopyOfALogThatWasPublishedFurtherWithoutFencingAnybody) {
  add(3);
  run();
  const auto old_notes = log.notes;
  board.change([](PublisherStatus& s) { s = {}; });
  run();  // a restart: generation 2
  log.notes = old_notes;
  board.change([](PublisherStatus& s) { s = {}; });
  const int opened = broker.opened;
  const auto end = run();
  EXPECT_EQ(end.first, PublisherState::refused);
  EXPECT_NE(end.second.what.find("--takeover"), std::string::npos) << end.second.what;
  EXPECT_EQ(broker.opened, opened) << "no producer may be opened: it would fence the rightful one";
  options.takeover = true;
  EXPECT_EQ(run().first, PublisherState::stopped);
}

TEST_F(Publishing, RefusesWhenTheCursorIsLostUntilAPersonSaysWhere) {
  add(5);
  run();
  broker.committed.clear();
  board.change([](PublisherStatus& s) { s = {}; });
  const auto end = run();
  EXPECT_EQ(end.first, PublisherState::refused);
  EXPECT_NE(end.second.what.find("--accept-cursor"), std::string::npos);
  options.accept_cursor = 3;
  run();
  EXPECT_EQ(broker.sequences(), (std::vector<std::uint64_t>{4, 5}));
}

TEST_F(Publishing, BeginsAnewUnderAnotherPrefixAndInEveryDemo) {
  add(5);
  run();
  options.kafka.topic_prefix = "u.";
  board.change([](PublisherStatus& s) { s = {}; });
  run();
  EXPECT_EQ(broker.sequences("u.bookings").size(), 5U);
  options.kafka.mode = KafkaMode::embedded;
  broker.made.clear();
  broker.committed.clear();
  const auto notes = log.notes;
  board.change([](PublisherStatus& s) { s = {}; });
  run();
  EXPECT_EQ(broker.sequences("u.bookings").size(), 5U);
  EXPECT_EQ(log.notes, notes) << "a demo leaves no claim behind";
}

TEST_F(Publishing, TellsOnceThatTheCursorWasReadAndNotOfALogThatIsRefused) {
  int told = 0;
  options.on_cursor = [&] { ++told; };
  add(2);
  broker.script.begin = {KafkaClass::ok, KafkaClass::fatal};  // a second handle: the cursor is read again
  run();
  EXPECT_EQ(told, 1);
  broker.committed.clear();
  board.change([](PublisherStatus& s) { s = {}; });
  EXPECT_EQ(run().first, PublisherState::refused);
  EXPECT_EQ(told, 1);
}

TEST_F(Publishing, RefusesMissingTopicsThatItMayNotMake) {
  options.kafka.create_topics = false;
  const auto end = run();
  EXPECT_EQ(end.first, PublisherState::refused);
  EXPECT_NE(end.second.what.find("t.bookings"), std::string::npos);
}

TEST(WatchdogTest, BarksAtACallThatNeverComesBackAndAtNoOther) {
  std::atomic<int> barks{0};
  Watchdog dog({1ms, 20, [&](const char* call) {
                  EXPECT_STREQ(call, "commit");
                  ++barks;
                }});
  for (int i = 0; i < 200; ++i) const Watchdog::Watch watch(dog, "begin");
  EXPECT_EQ(barks, 0);
  const Watchdog::Watch watch(dog, "commit");
  while (barks == 0) std::this_thread::yield();
}

}  // namespace
}  // namespace calsync
