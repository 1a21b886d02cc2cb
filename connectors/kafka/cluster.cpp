#include "connectors/kafka/cluster.hpp"

#include "connectors/kafka/cursor_reader.hpp"
#include "connectors/kafka/producer.hpp"
#include "connectors/kafka/topics.hpp"

namespace calsync {
namespace {

class Cluster final : public Broker {
 public:
  explicit Cluster(KafkaOptions options) : options_(std::move(options)) {}

  Result<std::vector<TopicFacts>> describe(const std::vector<std::string>& topics) override {
    return describe_topics(options_, topics);
  }
  Result<void> create(const std::vector<TopicSpec>& topics) override {
    return create_topics(options_, topics);
  }
  Result<std::optional<CursorRecord>> read_cursor(const std::string& topic) override {
    return read_last_cursor(options_, topic);
  }
  Result<std::optional<std::string>> first_with_records(const std::vector<std::string>& topics) override {
    return first_topic_with_records(options_, topics);
  }
  Result<std::unique_ptr<Transactions>> open(const std::string& transactional_id,
                                             const std::vector<std::string>& topics) override {
    return open_producer(options_, transactional_id, topics);
  }
  [[nodiscard]] std::string bootstrap() const override { return options_.bootstrap_servers; }

 private:
  KafkaOptions options_;
};

}  // namespace

std::unique_ptr<Broker> reach_cluster(KafkaOptions options) {
  return std::make_unique<Cluster>(std::move(options));
}

}  // namespace calsync
