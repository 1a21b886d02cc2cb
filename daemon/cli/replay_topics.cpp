#include "connectors/kafka/cluster.hpp"
#include "connectors/secrets/secrets.hpp"
#include "daemon/cli/replay_target.hpp"

#include <thread>

namespace calsync::cli {

namespace {
constexpr std::size_t events_per_transaction = 1000;
constexpr int tries_most = 5;  // of one transaction
constexpr std::chrono::seconds slice{5};
constexpr std::chrono::seconds patience{60};  // for one call that the broker keeps putting off
constexpr int partitions_of_bookings = 6;     // as the live topic (DESIGN §12.6)

class TopicsTarget final : public ReplayTarget {
 public:
  TopicsTarget(std::unique_ptr<Broker> broker, MessageContext messages, std::stop_token stop)
      : broker_(std::move(broker)), stop_(std::move(stop)) {
    messages_ = std::move(messages);
  }

  Result<void> open() {
    std::vector<std::string> names;
    for (const auto& [topic, count] : messages_.partitions)
      names.push_back(messages_.prefix + topic + messages_.suffix);
    CALSYNC_TRY(producer, "open the producer", broker_->open("calsync.replay." + random_uuid(), names));
    producer_ = std::move(producer);
    return as_result(patiently([&] { return producer_->init(slice); }), "start");
  }

  Result<void> put(const StoredEvent& stored) override {
    batch_.push_back(message_of(stored));
    last_in_batch_ = stored.event.sequence;
    return batch_.size() < events_per_transaction ? Result<void>{} : commit();
  }
  Result<void> finish() override { return batch_.empty() ? Result<void>{} : commit(); }

 private:
  // A call that asks for patience is made again as it was (RELIABILITY F9), within bounds.
  template <class Call>
  KafkaError patiently(const Call& call) {
    const auto until = std::chrono::steady_clock::now() + patience;
    KafkaError error = call();
    while (error.kind == KafkaClass::retriable && std::chrono::steady_clock::now() < until &&
           !stop_.stop_requested())
      error = call();
    return error;
  }

  KafkaError transaction() {
    KafkaError error = patiently([&] { return producer_->begin(); });
    for (std::size_t i = 0; error.ok() && i < batch_.size(); ++i)
      error = patiently([&] { return producer_->produce(batch_[i], slice); });
    if (error.ok()) error = patiently([&] { return producer_->commit(slice); });
    return error;
  }

  Result<void> commit() {
    KafkaError error;
    for (int tries = 0; tries < tries_most; ++tries) {
      error = transaction();
      if (error.ok()) {
        committed_ = last_in_batch_;
        batch_.clear();
        return {};
      }
      if (error.kind == KafkaClass::fenced || error.kind == KafkaClass::fatal) break;
      patiently([&] { return producer_->abort(slice); });
      if (error.kind == KafkaClass::poison || stop_.stop_requested()) break;
    }
    return as_result(error, "write");
  }

  Result<void> as_result(const KafkaError& error, const char* step) const {
    if (error.ok()) return {};
    if (stop_.stop_requested()) return Error{Errc::cancelled, "interrupted" + so_far()};
    return Error{Errc::unavailable, std::string(step) + ": " + error.text + so_far()};
  }
  [[nodiscard]] std::string so_far() const {
    if (committed_.value() == 0) return "; nothing was replayed";
    return "; everything up to event " + std::to_string(committed_.value()) +
           " was replayed: go on with --from-seq " + std::to_string(committed_.value() + 1);
  }

  std::unique_ptr<Broker> broker_;
  std::stop_token stop_;
  std::unique_ptr<Transactions> producer_;
  std::vector<KafkaMessage> batch_;
  EventSequence last_in_batch_, committed_;
};

// What is missing is made, where the settings allow it.
Result<std::vector<TopicFacts>> ready_topics(Broker& broker, const std::vector<TopicSpec>& wanted,
                                             bool create) {
  std::vector<std::string> names;
  names.reserve(wanted.size());
  for (const auto& spec : wanted) names.push_back(spec.name);
  CALSYNC_TRY(facts, "look at the topics", broker.describe(names));
  std::vector<TopicSpec> missing;
  for (std::size_t i = 0; i < facts.size(); ++i)
    if (facts[i].partitions == 0) missing.push_back(wanted[i]);
  if (missing.empty()) return facts;
  if (!create)
    return Error{Errc::not_found, "topic " + missing.front().name +
                                      " does not exist and kafka.create_topics is false: create it first"};
  CALSYNC_CHECK("make topics", broker.create(missing));
  return broker.describe(names);
}
}  // namespace

Result<std::unique_ptr<ReplayTarget>> replay_to_topics(Context& context, const TopicTarget& target) {
  if (target.suffix.empty())
    return Error{Errc::rejected, "without a suffix these are the live topics: replays never go there"};
  KafkaOptions options;
  options.bootstrap_servers = target.kafka.bootstrap_servers;
  for (auto& [name, value] : resolve_properties(target.kafka.properties)) {
    CALSYNC_TRY(secret, "kafka.properties." + name, std::move(value));
    options.properties.emplace(name, std::move(secret));
  }
  auto broker = reach_cluster(std::move(options));
  std::vector<TopicSpec> wanted;
  for (const Topic topic : target.topics)
    wanted.push_back({target.kafka.topic_prefix + to_text(topic) + target.suffix,
                      topic == Topic::bookings ? partitions_of_bookings : 1, false});
  CALSYNC_TRY(facts, "--to-topic-suffix", ready_topics(*broker, wanted, target.kafka.create_topics));
  MessageContext messages;
  messages.prefix = target.kafka.topic_prefix;
  messages.suffix = target.suffix;
  for (std::size_t i = 0; i < target.topics.size() && i < facts.size(); ++i)
    messages.partitions[to_text(target.topics[i])] = facts[i].partitions;
  auto result = std::make_unique<TopicsTarget>(std::move(broker), std::move(messages), context.stop);
  CALSYNC_CHECK("--to-topic-suffix", result->open());
  return result;
}

}  // namespace calsync::cli
