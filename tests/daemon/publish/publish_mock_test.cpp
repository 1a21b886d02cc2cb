// What a broker may answer, row by row (RELIABILITY B2): the publisher as the daemon runs it, with its librdkafka
// producer, before a scripted cluster. However a row goes, it ends publishing with the same producer, publishing
// with a new one, or standing down for a newer instance; and no event is skipped, doubled or replaced (F7).
#include "daemon/publish/publish_run.hpp"
#include "daemon/publish/topic_set.hpp"
#include "tests/support/kafka/mock_cluster.hpp"
#include "tests/support/kafka/reader.hpp"
#include "tests/support/memory_event_log.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <thread>

namespace calsync {
namespace {

using namespace std::chrono_literals;
using tests::Api;
using tests::MemoryEventLog;
using tests::MockCluster;

enum class Ends { publishing, restart, either, stand_down };

struct Row {
  std::string promise;
  Ends ends = Ends::publishing;
  bool from_the_start = false;  // else after the first ten events
  std::function<void(MockCluster&)> script;
  std::function<void(MockCluster&)> heal{};  // once the publisher has felt it
  bool broker_lies = false;                  // it said "I have it" of what it never had
  bool large_event = false;                  // event 30 is larger than a message may be
};

// One publisher before one cluster. The lanes run many at a time.
class Scene {
 public:
  explicit Scene(const Row& row) : row_(row) {
    options_.kafka.topic_prefix = "t.";
    options_.source = "/calsync/local";
  }

  void play() {
    add(10);
    if (row_.from_the_start) row_.script(cluster_);
    PublishRun publish({log_, cluster_, clock_, probe_, board_, dog_}, options_);
    std::jthread thread([&](const std::stop_token& stop) {
      end_ = publish.run(stop);
      over_ = true;
    });
    if (!row_.from_the_start && expect(published(10), "the first ten events are published"))
      row_.script(cluster_);
    add(40);
    if (row_.heal && expect(eventually([&] { return felt(); }), "the fault is felt")) row_.heal(cluster_);
    judge();
    thread.request_stop();
    thread.join();
  }

  [[nodiscard]] const std::string& wrong() const { return wrong_; }

 private:
  void add(int count) {
    std::vector<std::pair<std::string, std::string>>
        events;  // together: of one alone a refusal means another thing
    for (int i = 0; i < count; ++i) events.emplace_back("key" + std::to_string(i % 7), "");
    if (row_.large_event && count > 20) events[19].second = noise(400000);
    log_.add_together(events);
  }
  template <class Condition>
  bool eventually(Condition condition) const {
    const auto until = std::chrono::steady_clock::now() + 40s;
    while (!condition()) {
      if (over_ || std::chrono::steady_clock::now() > until) return condition();
      std::this_thread::sleep_for(5ms);  // between looks at a condition
    }
    return true;
  }
  bool published(std::uint64_t sequence) const {
    return eventually([&] { return board_.read().published.value() >= sequence; });
  }
  bool felt() const {
    return cluster_.aborts() > 0 || cluster_.opened() > 1 ||
           board_.read().state == PublisherState::waiting_for_broker;
  }
  bool expect(bool holds, const std::string& what) {
    if (!holds)
      wrong_ += "not so: " + what + "; last error: " + board_.read().last_error + end_.second.text() + "\n";
    return holds;
  }

  static std::string noise(std::size_t bytes) {  // lz4 makes nothing of it
    std::string text(bytes, 'x');
    std::uint32_t seed = 1;
    for (char& c : text) c = static_cast<char>('!' + (seed = seed * 1664525U + 1013904223U) % 90);
    return text;
  }

  void judge() {
    if (row_.ends == Ends::stand_down) {
      expect(eventually([&] { return over_.load(); }), "it ends");
      expect(end_.first == PublisherState::stood_down, "it stands down");
      expect(cluster_.committed("t.bookings").size() == 10,
             "it commits nothing after the newer instance's claim");
      return;
    }
    if (!expect(published(50), "all fifty events are published")) return;
    expect(row_.ends == Ends::either ||
               (row_.ends == Ends::restart ? cluster_.opened() > 1 : cluster_.opened() == 1),
           "producers opened: " + std::to_string(cluster_.opened()) + " are as many as were meant");
    nothing_skipped();
  }

  void nothing_skipped() {
    std::uint64_t sequence = 0;
    for (const KafkaMessage& message : cluster_.committed("t.bookings")) {
      const auto stored = log_.event(EventSequence(++sequence));
      const bool whole = stored && message.value == stored->event.value;
      expect(whole != (row_.large_event && sequence == 30) && message.key == stored->event.key.value(),
             "committed message " + std::to_string(sequence) + " is that event");
    }
    expect(sequence == 50, std::to_string(sequence) + " committed messages are 50");
    std::set<std::uint64_t> there;
    for (const auto& message : tests::read_topic(cluster_.bootstrap(), "t.bookings", 6, "read_uncommitted"))
      there.insert(message.sequence());
    expect(row_.broker_lies || there.size() == 50,
           std::to_string(there.size()) + " events that lie in the topic are 50");
  }

  const Row& row_;
  MemoryEventLog log_;
  MockCluster cluster_;
  SystemClock clock_;
  MetricRegistry metrics_;
  PublishProbe probe_{metrics_};
  StatusBoard board_{PublisherStatus{}};
  Watchdog dog_;
  PublisherOptions options_;
  std::pair<PublisherState, Error> end_;
  std::atomic<bool> over_{false};
  std::string wrong_;
};

using Codes = std::vector<rd_kafka_resp_err_t>;

std::string name_of(Api api) {
  switch (api) {
    case Api::produce:
      return "Produce";
    case Api::find_coordinator:
      return "FindCoordinator";
    case Api::init_producer_id:
      return "InitProducerId";
    case Api::add_partitions:
      return "AddPartitionsToTxn";
    case Api::end_txn:
      return "EndTxn";
  }
  return "?";
}

std::string text_of(Ends ends) {
  switch (ends) {
    case Ends::publishing:
      return "the same producer goes on";
    case Ends::restart:
      return "a new producer goes on";
    case Ends::either:
      return "it goes on";
    case Ends::stand_down:
      return "it stands down";
  }
  return "?";
}

Row answered(Api api, const Codes& codes, Ends ends) {
  std::string words;
  for (const auto code : codes) words += std::string(words.empty() ? "" : ", ") + rd_kafka_err2name(code);
  return {name_of(api) + " answers " + words + ": " + text_of(ends), ends, api == Api::init_producer_id,
          [=](MockCluster& cluster) {
            if (ends == Ends::stand_down) cluster.another_claims();
            cluster.answer(api, codes);
          }};
}

void each(std::vector<Row>& rows, Api api, const Codes& codes, Ends ends) {
  for (const auto code : codes) rows.push_back(answered(api, {code}, ends));
}

void of_the_coordinator(std::vector<Row>& rows) {
  for (const Api api : {Api::init_producer_id, Api::add_partitions, Api::end_txn}) {
    each(rows, api,
         {RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE,
          RD_KAFKA_RESP_ERR_NOT_COORDINATOR, RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS,
          RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR_UNKNOWN},
         Ends::publishing);
    each(rows, api,
         {RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH},
         Ends::restart);
  }
  each(rows, Api::init_producer_id,
       {RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT, RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED},
       Ends::restart);
  each(rows, Api::init_producer_id,
       {RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION, RD_KAFKA_RESP_ERR_INVALID_TXN_STATE}, Ends::publishing);
  each(rows, Api::add_partitions,
       {RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_ID_MAPPING},
       Ends::publishing);
  each(rows, Api::add_partitions, {RD_KAFKA_RESP_ERR_INVALID_TXN_STATE}, Ends::restart);
  each(rows, Api::end_txn, {RD_KAFKA_RESP_ERR_INVALID_TXN_STATE, RD_KAFKA_RESP_ERR_PRODUCER_FENCED},
       Ends::restart);
  each(rows, Api::end_txn, {RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, RD_KAFKA_RESP_ERR_PRODUCER_FENCED},
       Ends::stand_down);
  each(rows, Api::add_partitions, {RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH}, Ends::stand_down);
  rows.push_back(
      answered(Api::end_txn, Codes(6, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE), Ends::publishing));
  rows.push_back(answered(Api::find_coordinator, Codes(3, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE),
                          Ends::publishing));
}

void of_the_leader(std::vector<Row>& rows) {
  each(rows, Api::produce,
       {RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,
        RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS,
        RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART,
        RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR, RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION,
        RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR_INVALID_MSG, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE,
        RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE, RD_KAFKA_RESP_ERR_UNKNOWN_PRODUCER_ID,
        RD_KAFKA_RESP_ERR_POLICY_VIOLATION, RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP,
        RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION},
       Ends::publishing);
  each(rows, Api::produce,
       {RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH},
       Ends::restart);
  // librdkafka remembers this of the topic until it asks for its metadata again, or a new producer does.
  each(rows, Api::produce, {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED}, Ends::either);
  each(rows, Api::produce, {RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH}, Ends::stand_down);
  rows.push_back(answered(Api::produce, Codes(12, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS), Ends::publishing));
  Row twice = answered(Api::produce, {RD_KAFKA_RESP_ERR_DUPLICATE_SEQUENCE_NUMBER}, Ends::publishing);
  twice.broker_lies = true;
  rows.push_back(std::move(twice));
}

void of_the_client(std::vector<Row>& rows) {
  Row large{"one event is larger than a message may be: a small one takes its place, nothing falls out (F7)",
            Ends::publishing, true, [](MockCluster& c) { c.set("message.max.bytes", "100000"); }};
  large.large_event = true;
  rows.push_back(std::move(large));
  rows.push_back({"the queue holds fewer messages than a batch has: it is waited for", Ends::publishing, true,
                  [](MockCluster& c) { c.set("queue.buffering.max.messages", "7"); }});
}

void of_the_network(std::vector<Row>& rows) {
  const auto back = [](MockCluster& c) { c.round_trip(0); };
  for (const Api api : {Api::init_producer_id, Api::add_partitions, Api::end_txn})
    rows.push_back({name_of(api) + " is answered after 2.5 slices: the call goes on where it was",
                    Ends::publishing, api == Api::init_producer_id,
                    [=](MockCluster& c) { c.answer_late(api, 2500); }});
  rows.push_back({"every answer takes longer than a message may: aborts, then the same producer goes on",
                  Ends::publishing, false, [](MockCluster& c) { c.round_trip(4000); }, back});
  rows.push_back({"the coordinator moves between transactions: the same producer goes on", Ends::publishing,
                  false,
                  [](MockCluster& c) { c.coordinator(transactional_id("t.", MemoryEventLog().id()), 2); }});
  rows.push_back({"the leaders move: the same producer goes on", Ends::publishing, false,
                  [](MockCluster& c) { c.leader("t.bookings", 3); }});
  rows.push_back({"all brokers are away and come back: all is published", Ends::publishing, false,
                  [](MockCluster& c) { c.down(); }, [](MockCluster& c) { c.up(); }});
  rows.push_back({"nobody leads the topic for a while: all is published", Ends::publishing, false,
                  [](MockCluster& c) { c.leader("t.bookings", -1); },
                  [](MockCluster& c) { c.leader("t.bookings", 1); }});
}

TEST(PublishToScriptedBrokers, EndsPublishingRestartedOrStoodDownAndSkipsNothing) {
  std::vector<Row> rows;
  of_the_coordinator(rows);
  of_the_leader(rows);
  of_the_client(rows);
  of_the_network(rows);
  EXPECT_GE(rows.size(), 60U);
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::vector<std::jthread> lanes(12);
  for (std::jthread& lane : lanes) {
    lane = std::jthread([&] {
      for (std::size_t at = next++; at < rows.size(); at = next++) {
        Scene scene(rows[at]);
        scene.play();
        const std::scoped_lock lock(mutex);
        EXPECT_EQ(scene.wrong(), "") << rows[at].promise;
      }
    });
  }
  lanes.clear();  // waits for all
}

}  // namespace
}  // namespace calsync
