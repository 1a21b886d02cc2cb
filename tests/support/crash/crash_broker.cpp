#include "tests/support/crash/crash_broker.hpp"

#include "tests/support/crash/crash_points.hpp"

namespace calsync::crash {
namespace {

class Watched final : public Transactions {
 public:
  explicit Watched(std::unique_ptr<Transactions> transactions) : transactions_(std::move(transactions)) {}
  KafkaError init(Slice slice) override {
    at("init.before");
    auto error = transactions_->init(slice);
    at("init.after");
    return error;
  }
  KafkaError begin() override {
    auto error = transactions_->begin();
    at("begin.after");
    return error;
  }
  KafkaError produce(const KafkaMessage& message, Slice slice) override {
    auto error = transactions_->produce(message, slice);
    if (message.topic.ends_with(".cursor"))
      at("produce.cursor");
    else
      at(message.topic.ends_with("booking-state") ? "produce.state" : "produce.event");
    return error;
  }
  KafkaError commit(Slice slice) override {
    at("commit.before");
    soon_after("commit.under_way");
    auto error = transactions_->commit(slice);
    at("commit.after");
    return error;
  }
  KafkaError abort(Slice slice) override { return transactions_->abort(slice); }

 private:
  const std::unique_ptr<Transactions> transactions_;
};

class Cluster final : public Broker {
 public:
  explicit Cluster(std::unique_ptr<Broker> broker) : broker_(std::move(broker)) {}
  Result<std::vector<TopicFacts>> describe(const std::vector<std::string>& topics) override {
    return broker_->describe(topics);
  }
  Result<void> create(const std::vector<TopicSpec>& topics) override { return broker_->create(topics); }
  Result<std::optional<CursorRecord>> read_cursor(const std::string& topic) override {
    return broker_->read_cursor(topic);
  }
  Result<std::optional<std::string>> first_with_records(const std::vector<std::string>& topics) override {
    return broker_->first_with_records(topics);
  }
  Result<std::unique_ptr<Transactions>> open(const std::string& transactional_id,
                                             const std::vector<std::string>& topics) override {
    CALSYNC_TRY(transactions, "open", broker_->open(transactional_id, topics));
    at("producer.open");
    return std::unique_ptr<Transactions>(std::make_unique<Watched>(std::move(transactions)));
  }
  [[nodiscard]] std::string bootstrap() const override { return broker_->bootstrap(); }

 private:
  const std::unique_ptr<Broker> broker_;
};

}  // namespace

std::unique_ptr<Broker> watched(std::unique_ptr<Broker> broker) {
  return std::make_unique<Cluster>(std::move(broker));
}

}  // namespace calsync::crash
