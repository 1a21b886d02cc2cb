// Exactly once, in order, fenced, refused: proved on a real Apache Kafka, with the publisher as the daemon
// runs it.
#include "connectors/kafka/cluster.hpp"
#include "connectors/kafka/cursor_reader.hpp"
#include "connectors/kafka/producer.hpp"
#include "daemon/publish/publish.hpp"
#include "tests/support/kafka/broker.hpp"
#include "tests/support/kafka/reader.hpp"
#include "tests/support/memory_event_log.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <csignal>
#include <filesystem>
#include <set>
#include <thread>

namespace calsync {
namespace {

using namespace std::chrono_literals;
using tests::KafkaBroker;
using tests::MemoryEventLog;
using tests::ReadMessage;

template <class Condition>
bool eventually(Condition condition, std::chrono::seconds limit = 60s) {
  const auto until = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(5ms);  // between looks at a condition
  }
  return true;
}

struct Live {
  Live(EventLog& log, const PublisherOptions& options) {
    publisher = Publisher::start(log, options, clock, metrics, [this](PublisherState s, const Error& e) {
      error = e;
      ended = s;
    });
  }
  [[nodiscard]] bool published(std::uint64_t sequence) const {
    return eventually([&] {
             return ended != PublisherState::starting || publisher->status().published.value() >= sequence;
           }) &&
           publisher->status().published.value() >= sequence;
  }
  [[nodiscard]] bool ends() const {
    return eventually([&] { return ended != PublisherState::starting; });
  }
  SystemClock clock;
  MetricRegistry metrics;
  Error error;
  std::atomic<PublisherState> ended{PublisherState::starting};
  std::unique_ptr<Publisher> publisher;
};

PublisherOptions options_for(const std::string& prefix) {
  PublisherOptions options;
  options.kafka.bootstrap_servers = KafkaBroker::shared().address();
  options.kafka.topic_prefix = prefix;
  options.source = "/calsync/local";
  return options;
}

void add(MemoryEventLog& log, int count) {
  for (int i = 0; i < count; ++i) log.add("key" + std::to_string(i % 23));
}

std::vector<ReadMessage> bookings(const std::string& prefix) {
  return tests::read_topic(KafkaBroker::shared().address(), prefix + "bookings", 6);
}

// Each event once, and in order per key (topic order is per partition, a key lives in one).
void expect_exactly(const std::vector<ReadMessage>& messages, std::uint64_t count) {
  std::set<std::uint64_t> seen;
  std::map<std::string, std::uint64_t> last, key_sequence;
  for (const ReadMessage& message : messages) {
    EXPECT_TRUE(seen.insert(message.sequence()).second) << "twice: " << message.sequence();
    EXPECT_GT(message.sequence(), last[message.key]);
    last[message.key] = message.sequence();
    EXPECT_EQ(std::stoull(message.headers.at("ce_keysequence")), ++key_sequence[message.key]);
  }
  EXPECT_EQ(seen.size(), count);
  EXPECT_EQ(seen.empty() ? 0 : *seen.rbegin(), count);
}

TEST(PublishToKafka, SendsEveryEventOnceInOrderAndNothingAgainAfterARestart) {
  MemoryEventLog log;
  add(log, 5000);
  {
    Live live(log, options_for("once."));
    ASSERT_TRUE(live.published(5000)) << live.publisher->status().last_error;
    add(log, 1);
    ASSERT_TRUE(live.published(5001));
  }
  {
    Live live(log, options_for("once."));
    add(log, 10);
    ASSERT_TRUE(live.published(5011)) << live.error.text();
    EXPECT_EQ(live.publisher->status().generation, 2U);
  }
  expect_exactly(bookings("once."), 5011);
  const auto states = tests::read_topic(KafkaBroker::shared().address(), "once.booking-state", 6);
  EXPECT_EQ(states.size(), 5011U);
}

TEST(PublishToKafka, FencesAnOlderInstanceWhichStandsDown) {
  MemoryEventLog log;
  add(log, 10);
  Live first(log, options_for("fence."));
  ASSERT_TRUE(first.published(10));
  // The same directory, opened by a second process: here one log object serves both, notes included.
  MemoryEventLog copy;
  copy.notes = log.notes;
  add(copy, 10);
  Live second(copy, options_for("fence."));
  ASSERT_TRUE(eventually([&] { return second.publisher->status().generation == 2; })) << second.error.text();
  add(copy, 5);
  ASSERT_TRUE(second.published(15));
  add(log, 5);
  ASSERT_TRUE(first.ends());
  EXPECT_EQ(first.ended, PublisherState::stood_down) << first.error.text();
  second.publisher->stop();
  expect_exactly(bookings("fence."), 15);
}

TEST(PublishToKafka, RefusesAnOldCopyAnotherLogAndATopicThatChanged) {
  MemoryEventLog log;
  add(log, 10);
  {
    Live live(log, options_for("refuse."));
    ASSERT_TRUE(live.published(10));
  }
  const auto old_notes = log.notes;
  {
    Live live(log, options_for("refuse."));
    ASSERT_TRUE(eventually([&] { return live.publisher->status().generation == 2; }));
  }
  MemoryEventLog copy;
  copy.notes = old_notes;
  add(copy, 10);
  Live clone(copy, options_for("refuse."));
  ASSERT_TRUE(clone.ends());
  EXPECT_EQ(clone.ended, PublisherState::refused);
  EXPECT_NE(clone.error.what.find("--takeover"), std::string::npos) << clone.error.what;

  MemoryEventLog cut;
  cut.notes = log.notes;
  add(cut, 5);
  Live shorter(cut, options_for("refuse."));
  ASSERT_TRUE(shorter.ends());
  EXPECT_NE(shorter.error.what.find("restore"), std::string::npos) << shorter.error.what;

  MemoryEventLog diverged;
  diverged.notes = log.notes;
  for (int i = 0; i < 10; ++i) diverged.add("other");
  Live different(diverged, options_for("refuse."));
  ASSERT_TRUE(different.ends());
  EXPECT_NE(different.error.what.find("diverged"), std::string::npos) << different.error.what;

  MemoryEventLog foreign("99999999-2222-4333-8444-555555555555");
  Live theirs(foreign, options_for("refuse."));
  ASSERT_TRUE(theirs.ends());
  EXPECT_NE(theirs.error.what.find("another log"), std::string::npos) << theirs.error.what;
  expect_exactly(bookings("refuse."), 10);
}

TEST(PublishToKafka, RefusesChangedPartitionsAndALostCursor) {
  auto broker = reach_cluster({KafkaBroker::shared().address(), {}});
  MemoryEventLog log;
  add(log, 3);
  {
    Live live(log, options_for("parts."));
    ASSERT_TRUE(live.published(3));
  }
  auto claim = log.notes["publisher.claim.parts."];
  const auto at = claim.find("\"bookings\":6");
  ASSERT_NE(at, std::string::npos);
  log.notes["publisher.claim.parts."] = claim.replace(at, 12, "\"bookings\":4");
  Live changed(log, options_for("parts."));
  ASSERT_TRUE(changed.ends());
  EXPECT_NE(changed.error.what.find("topic_prefix"), std::string::npos) << changed.error.what;

  MemoryEventLog lost;
  add(lost, 3);
  lost.notes["publisher.claim.lost."] = R"({"generation":4,"nonce":"n","partitions":{}})";
  Live without(lost, options_for("lost."));
  ASSERT_TRUE(without.ends());
  EXPECT_NE(without.error.what.find("--accept-cursor"), std::string::npos) << without.error.what;
}

TEST(PublishToKafka, NamesTheTopicsThatItMayNotMake) {
  MemoryEventLog log;
  PublisherOptions options = options_for("missing.");
  options.kafka.create_topics = false;
  Live live(log, options);
  ASSERT_TRUE(live.ends());
  EXPECT_EQ(live.ended, PublisherState::refused);
  EXPECT_NE(live.error.what.find("missing.booking-state (6 partitions, cleanup.policy=compact)"),
            std::string::npos)
      << live.error.what;
}

TEST(PublishToKafka, ReplacesAnEventThatIsTooLargeAndGoesOnInOrder) {
  MemoryEventLog log;
  add(log, 30);
  std::string noise(400000, 'x');
  std::uint32_t seed = 1;
  for (char& c : noise) c = static_cast<char>('!' + (seed = seed * 1664525U + 1013904223U) % 90);
  log.add("key1", noise);
  add(log, 30);
  PublisherOptions options = options_for("large.");
  options.resolved_properties.emplace("message.max.bytes", Secret("100000"));
  Live live(log, options);
  ASSERT_TRUE(live.published(61)) << live.publisher->status().last_error;
  live.publisher->stop();
  const auto messages = bookings("large.");
  expect_exactly(messages, 61);
  for (const ReadMessage& message : messages) {
    EXPECT_EQ(message.headers.at("ce_type"),
              message.sequence() == 31 ? "calsync.event.oversize" : "calsync.booking.created");
  }
}

TEST(PublishToKafka, CatchesUpWhenAKilledOrFrozenBrokerIsBack) {
  KafkaBroker& broker = KafkaBroker::shared();
  MemoryEventLog log;
  add(log, 100);
  Live live(log, options_for("outage."));
  ASSERT_TRUE(live.published(100));
  broker.kill();
  add(log, 3000);
  ASSERT_TRUE(
      eventually([&] { return live.publisher->status().state == PublisherState::waiting_for_broker; }));
  broker.start();
  ASSERT_TRUE(live.published(3100)) << live.publisher->status().last_error;
  broker.freeze();
  add(log, 100);
  ASSERT_TRUE(
      eventually([&] { return live.publisher->status().state == PublisherState::waiting_for_broker; }));
  broker.thaw();
  ASSERT_TRUE(live.published(3200)) << live.publisher->status().last_error;
  live.publisher->stop();
  expect_exactly(bookings("outage."), 3200);
}

std::filesystem::path publish_child() {  // built beside this program
  return std::filesystem::read_symlink("/proc/self/exe").replace_filename("publish_child");
}

pid_t start_child(const std::string& directory, const std::string& prefix, const std::string& events) {
  const std::string bootstrap = KafkaBroker::shared().address();
  const pid_t pid = ::fork();
  if (pid != 0) return pid;
  ::execl(publish_child().c_str(), "publish_child", directory.c_str(), bootstrap.c_str(), prefix.c_str(),
          events.c_str(), nullptr);
  ::_exit(127);
}

// Twenty kills at random instants of a process that appends and publishes; then one run to the end.
TEST(PublishToKafka, HoldsEachEventOfTheLogOnceAfterManyKillsOfThePublisher) {
  const auto directory =
      std::filesystem::temp_directory_path() / ("calsync-kill." + std::to_string(::getpid()));
  std::filesystem::remove_all(directory);
  std::uint32_t seed = 20261121;
  for (int kills = 0; kills < 20; ++kills) {
    const pid_t child = start_child(directory.string(), "kill.", "100000000");
    seed = seed * 1664525U + 1013904223U;
    std::this_thread::sleep_for(std::chrono::milliseconds(200 + seed % 1500));  // the instant is the test
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the publisher ended by itself: " << WEXITSTATUS(status);
  }
  const pid_t last = start_child(directory.string(), "kill.", "1");
  int status = 0;
  ::waitpid(last, &status, 0);
  ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  MetricRegistry metrics;
  auto log = EventLog::open({.path = directory}, metrics);
  ASSERT_TRUE(log) << log.error().text();
  Live live(**log, options_for("kill."));
  const std::uint64_t head = (*log)->head().event.value();
  ASSERT_TRUE(live.published(head)) << live.error.text();
  live.publisher->stop();
  const auto messages = bookings("kill.");
  expect_exactly(messages, head);
  for (const ReadMessage& message : messages) {
    const auto stored = (*log)->event(EventSequence(message.sequence()));
    ASSERT_TRUE(stored);
    ASSERT_EQ(message.value, stored->event.value);
    ASSERT_EQ(message.headers.at("ce_recordhash"), to_hex(stored->hash));
  }
  EXPECT_GT(head, 100U) << "nothing was under way when it was killed";
  std::filesystem::remove_all(directory);
}

// Transactions that reach the broker and are then aborted. Not through our port: what it aborts may still lie
// unsent.
void abort_records(const std::string& topic, const std::string& value, int count) {
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  rd_kafka_conf_set(conf, "bootstrap.servers", KafkaBroker::shared().address().c_str(), nullptr, 0);
  rd_kafka_conf_set(conf, "transactional.id", "aborts", nullptr, 0);
  const std::unique_ptr<rd_kafka_t, void (*)(rd_kafka_t*)> producer(
      rd_kafka_new(RD_KAFKA_PRODUCER, conf, nullptr, 0), &rd_kafka_destroy);
  const auto succeed = [](rd_kafka_error_t* error) {
    EXPECT_EQ(error, nullptr) << rd_kafka_error_string(error);
    if (error != nullptr) rd_kafka_error_destroy(error);
  };
  succeed(rd_kafka_init_transactions(producer.get(), 60000));
  for (int i = 0; i < count; ++i) {
    succeed(rd_kafka_begin_transaction(producer.get()));
    std::string copy = value;
    ASSERT_EQ(rd_kafka_producev(producer.get(), RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(0),
                                RD_KAFKA_V_KEY("l", 1), RD_KAFKA_V_VALUE(copy.data(), copy.size()),
                                RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END),
              RD_KAFKA_RESP_ERR_NO_ERROR);
    ASSERT_EQ(rd_kafka_flush(producer.get(), 30000), RD_KAFKA_RESP_ERR_NO_ERROR);
    succeed(rd_kafka_abort_transaction(producer.get(), 30000));
  }
}

TEST(CursorReader, SeesOnlyWhatIsCommittedHoweverFarBackItLies) {
  const KafkaOptions options{KafkaBroker::shared().address(), {}};
  auto broker = reach_cluster(options);
  // Right after the kills of the test before, a request may come to a connection that has just ended.
  ASSERT_TRUE(eventually([&] { return broker->create({{"reader.cursor", 1, true}}).has_value(); }));
  EXPECT_EQ(broker->read_cursor("reader.cursor").value(), std::nullopt);
  auto opened = broker->open("reader", {"reader.cursor"});
  ASSERT_TRUE(opened) << opened.error().text();
  Transactions& producer = **opened;
  ASSERT_TRUE(eventually([&] { return producer.init(1s).ok(); }));
  CursorRecord cursor{LogId("l"), 1, "n", "i", EventSequence(1), {}, {}, {}};
  const auto write = [&](std::uint64_t sequence) {
    cursor.sequence = EventSequence(sequence);
    ASSERT_TRUE(producer.begin().ok());
    ASSERT_TRUE(producer.produce({"reader.cursor", 0, "l", encode(cursor), {}, Instant(1ms)}, 1s).ok());
    const KafkaError ended = producer.commit(30s);
    ASSERT_TRUE(ended.ok()) << ended.text;
  };
  write(1);
  cursor.sequence = EventSequence(200);
  abort_records("reader.cursor", encode(cursor), 198);
  EXPECT_EQ(broker->read_cursor("reader.cursor").value()->sequence, EventSequence(1));
  write(300);
  auto again = broker->open("reader", {"reader.cursor"});
  ASSERT_TRUE(again);
  ASSERT_TRUE(eventually([&] { return (*again)->init(1s).ok(); }));
  EXPECT_EQ(broker->read_cursor("reader.cursor").value()->sequence, EventSequence(300))
      << "exact after init (F10)";
  EXPECT_STREQ(to_text(producer.begin().kind), "ok") << "begin is local";
  ASSERT_TRUE(producer.produce({"reader.cursor", 0, "l", encode(cursor), {}, Instant(1ms)}, 1s).ok());
  KafkaError zombie;
  ASSERT_TRUE(eventually([&] {
    zombie = producer.commit(1s);
    return zombie.kind != KafkaClass::retriable;
  }));
  EXPECT_STREQ(to_text(zombie.kind), "fenced") << zombie.text;
}

}  // namespace
}  // namespace calsync
