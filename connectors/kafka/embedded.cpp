#include "connectors/kafka/embedded.hpp"

#include "connectors/kafka/producer.hpp"
#include "connectors/kafka/rdkafka.hpp"

#include <librdkafka/rdkafka_mock.h>

namespace calsync {
namespace {

class DemoBroker final : public Broker {
 public:
  DemoBroker() = default;
  DemoBroker(const DemoBroker&) = delete;
  DemoBroker& operator=(const DemoBroker&) = delete;
  ~DemoBroker() override {
    if (cluster_ != nullptr) rd_kafka_mock_cluster_destroy(cluster_);
  }

  Result<void> start() {
    // The cluster lives inside a client; that one never connects anywhere.
    CALSYNC_TRY(host, "start demo broker", rdkafka::Client::open(RD_KAFKA_PRODUCER, {}, {}));
    host_ = std::move(host);
    cluster_ = rd_kafka_mock_cluster_new(host_.get(), 1);
    if (cluster_ == nullptr) return Error{Errc::io, "the demo broker cannot listen on 127.0.0.1"};
    options_.bootstrap_servers = rd_kafka_mock_cluster_bootstraps(cluster_);
    return {};
  }

  Result<std::vector<TopicFacts>> describe(const std::vector<std::string>& topics) override {
    std::vector<TopicFacts> facts;
    for (const std::string& name : topics) {
      const auto made = partitions_.find(name);
      facts.push_back({name, made == partitions_.end() ? 0 : made->second, 1, {}});
    }
    return facts;
  }

  Result<void> create(const std::vector<TopicSpec>& topics) override {
    for (const TopicSpec& spec : topics) {
      const auto code = rd_kafka_mock_topic_create(cluster_, spec.name.c_str(), spec.partitions, 1);
      if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return rdkafka::to_result(code, "create topic " + spec.name);
      partitions_.insert_or_assign(spec.name, spec.partitions);
    }
    return {};
  }

  Result<std::optional<CursorRecord>> read_cursor(const std::string& /*topic*/) override {
    return std::optional<CursorRecord>{};  // it began empty with this process
  }
  Result<std::optional<std::string>> first_with_records(const std::vector<std::string>& /*topics*/) override {
    return std::optional<std::string>{};
  }
  Result<std::unique_ptr<Transactions>> open(const std::string& transactional_id,
                                             const std::vector<std::string>& topics) override {
    return open_producer(options_, transactional_id, topics);
  }
  [[nodiscard]] std::string bootstrap() const override { return options_.bootstrap_servers; }

 private:
  rdkafka::Client host_;
  rd_kafka_mock_cluster_t* cluster_ = nullptr;
  KafkaOptions options_;
  std::map<std::string, int> partitions_;
};

}  // namespace

Result<std::unique_ptr<Broker>> start_demo_broker() {
  auto broker = std::make_unique<DemoBroker>();
  CALSYNC_CHECK("kafka", broker->start());
  return std::unique_ptr<Broker>(std::move(broker));
}

}  // namespace calsync
