// librdkafka's mock cluster with the production producer before it, and a book of what was committed.
// The mock proves how errors are handled, nothing more: it keeps aborted records and stores no offsets (F5). So the
// cursor that is "read" is the one that was last committed through here.
#pragma once
#include "connectors/kafka/producer.hpp"

#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <atomic>
#include <mutex>

namespace calsync::tests {

// Numbers of requests in Kafka's protocol.
enum class Api : std::int16_t {
  produce = 0,
  find_coordinator = 10,
  init_producer_id = 22,
  add_partitions = 24,
  end_txn = 26
};

class MockCluster final : public Broker {
 public:
  static constexpr int brokers = 3;

  MockCluster() : host_(rd_kafka_new(RD_KAFKA_PRODUCER, nullptr, nullptr, 0), &rd_kafka_destroy) {
    cluster_ = rd_kafka_mock_cluster_new(host_.get(), brokers);
    options_.bootstrap_servers = rd_kafka_mock_cluster_bootstraps(cluster_);
    options_.properties.emplace("message.timeout.ms", Secret("3000"));
    options_.properties.emplace("reconnect.backoff.max.ms", Secret("300"));
  }
  MockCluster(const MockCluster&) = delete;
  MockCluster& operator=(const MockCluster&) = delete;
  ~MockCluster() override { rd_kafka_mock_cluster_destroy(cluster_); }

  // The next requests of this kind are answered so.
  void answer(Api api, const std::vector<rd_kafka_resp_err_t>& codes) {
    rd_kafka_mock_push_request_errors_array(cluster_, static_cast<std::int16_t>(api), codes.size(),
                                            codes.data());
  }
  // The next request of this kind at any broker is answered so late.
  void answer_late(Api api, int ms) {
    for (std::int32_t id = 1; id <= brokers; ++id)
      rd_kafka_mock_broker_push_request_error_rtts(cluster_, id, static_cast<std::int16_t>(api), 1,
                                                   RD_KAFKA_RESP_ERR_NO_ERROR, ms);
  }
  void round_trip(int ms) { rd_kafka_mock_broker_set_rtt(cluster_, -1, ms); }
  void down() { rd_kafka_mock_broker_set_down(cluster_, -1); }
  void up() { rd_kafka_mock_broker_set_up(cluster_, -1); }
  void coordinator(const std::string& transactional_id, std::int32_t broker) {
    rd_kafka_mock_coordinator_set(cluster_, "transaction", transactional_id.c_str(), broker);
  }
  void leader(const std::string& topic, std::int32_t broker) {
    for (std::int32_t p = 0; p < made_.at(topic); ++p)
      rd_kafka_mock_partition_set_leader(cluster_, topic.c_str(), p, broker);
  }
  void topic_error(const std::string& topic, rd_kafka_resp_err_t code) {
    rd_kafka_mock_topic_set_error(cluster_, topic.c_str(), code);
  }
  // A property of the next producer.
  void set(const std::string& property, const std::string& value) {
    options_.properties.insert_or_assign(property, Secret(value));
  }
  // From now on the cursor is another instance's.
  void another_claims() { another_ = true; }

  [[nodiscard]] int opened() const { return opened_; }
  [[nodiscard]] int aborts() const { return aborts_; }
  [[nodiscard]] std::vector<KafkaMessage> committed(const std::string& topic) const {
    const std::scoped_lock lock(mutex_);
    std::vector<KafkaMessage> found;
    for (const KafkaMessage& message : committed_)
      if (message.topic == topic) found.push_back(message);
    return found;
  }

  Result<std::vector<TopicFacts>> describe(const std::vector<std::string>& topics) override {
    std::vector<TopicFacts> facts;
    for (const auto& name : topics) facts.push_back({name, made_.contains(name) ? made_[name] : 0, 1, {}});
    return facts;
  }
  Result<void> create(const std::vector<TopicSpec>& topics) override {
    for (const auto& spec : topics) {
      rd_kafka_mock_topic_create(cluster_, spec.name.c_str(), spec.partitions, 1);
      made_[spec.name] = spec.partitions;
    }
    return {};
  }
  Result<std::optional<CursorRecord>> read_cursor(const std::string& topic) override {
    const auto cursors = committed(topic);
    if (cursors.empty()) return std::optional<CursorRecord>{};
    CALSYNC_TRY(cursor, "mock", decode_cursor(*cursors.back().value));
    if (another_) {
      ++cursor.generation;
      cursor.nonce = "another";
    }
    return std::optional(std::move(cursor));
  }
  Result<std::optional<std::string>> first_with_records(const std::vector<std::string>& /*topics*/) override {
    return std::optional<std::string>{};
  }
  Result<std::unique_ptr<Transactions>> open(const std::string& id,
                                             const std::vector<std::string>& topics) override {
    CALSYNC_TRY(producer, "mock", open_producer(options_, id, topics));
    ++opened_;
    return std::unique_ptr<Transactions>(std::make_unique<Book>(*this, std::move(producer)));
  }
  [[nodiscard]] std::string bootstrap() const override { return options_.bootstrap_servers; }

 private:
  struct Book final : Transactions {
    Book(MockCluster& c, std::unique_ptr<Transactions> p) : cluster(c), producer(std::move(p)) {}
    KafkaError init(Slice slice) override { return producer->init(slice); }
    KafkaError begin() override {
      open.clear();
      return producer->begin();
    }
    KafkaError produce(const KafkaMessage& message, Slice slice) override {
      KafkaError error = producer->produce(message, slice);
      if (error.ok()) open.push_back(message);
      return error;
    }
    KafkaError commit(Slice slice) override {
      KafkaError error = producer->commit(slice);
      const std::scoped_lock lock(cluster.mutex_);
      if (error.ok()) std::move(open.begin(), open.end(), std::back_inserter(cluster.committed_));
      return error;
    }
    KafkaError abort(Slice slice) override {
      ++cluster.aborts_;
      return producer->abort(slice);
    }
    MockCluster& cluster;
    std::unique_ptr<Transactions> producer;
    std::vector<KafkaMessage> open;
  };

  std::unique_ptr<rd_kafka_t, void (*)(rd_kafka_t*)> host_;  // the cluster lives inside a client
  rd_kafka_mock_cluster_t* cluster_ = nullptr;
  KafkaOptions options_;
  std::map<std::string, int> made_;
  mutable std::mutex mutex_;
  std::vector<KafkaMessage> committed_;  // guarded by mutex_
  std::atomic<int> opened_{0}, aborts_{0};
  std::atomic<bool> another_{false};
};

}  // namespace calsync::tests
