// A broker that is there and slow: no call of Broker takes longer than its 5 s, however many requests it
// makes. Each request alone is answered well within that: who gives each of them the whole time succeeds.
#include "connectors/kafka/cluster.hpp"

#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <future>

namespace calsync {
namespace {

class SlowBroker {
 public:
  SlowBroker() : host_(rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), nullptr, 0)) {
    cluster_ = rd_kafka_mock_cluster_new(host_, 1);
    for (const char* topic : {"a", "b", "c", "d"}) rd_kafka_mock_topic_create(cluster_, topic, 1, 1);
    rd_kafka_mock_broker_set_rtt(cluster_, 1, 1200);
  }
  ~SlowBroker() {
    rd_kafka_mock_cluster_destroy(cluster_);
    rd_kafka_destroy(host_);
  }
  SlowBroker(const SlowBroker&) = delete;
  SlowBroker& operator=(const SlowBroker&) = delete;
  [[nodiscard]] std::unique_ptr<Broker> reach() const {
    return reach_cluster({rd_kafka_mock_cluster_bootstraps(cluster_), {}});
  }

 private:
  rd_kafka_t* host_;
  rd_kafka_mock_cluster_t* cluster_;
};

TEST(CallLimit, HoldsForAllThatACallDoesTogether) {
  const SlowBroker slow;
  using Call = std::function<bool(Broker&)>;
  std::vector<std::future<void>> running;
  for (const auto& [name, call] : std::vector<std::pair<const char*, Call>>{
           {"describe",
            [](Broker& b) {
              return b.describe({"a", "b", "c", "d"}).has_value();
            }},
           {"create",
            [](Broker& b) {
              return b.create({{"x", 1, false}}).has_value();
            }},
           {"first with records",
            [](Broker& b) {
              return b.first_with_records({"a", "b", "c", "d"}).has_value();
            }},
           {"open", [](Broker& b) {
              return b.open("id", {"a", "b", "c", "d"}).has_value();
            }}})
    running.push_back(std::async(std::launch::async, [&slow, name = name, call = call] {
      const auto broker = slow.reach();
      EXPECT_FALSE(call(*broker)) << name << " went on until all was answered";
    }));
  for (auto& one : running) one.get();
}

}  // namespace
}  // namespace calsync
