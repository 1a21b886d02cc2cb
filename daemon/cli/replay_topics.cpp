#include "connectors/kafka/cluster.hpp"
#include "daemon/cli/kafka_access.hpp"
#include "daemon/cli/replay_target.hpp"
#include "daemon/cli/topic_writer.hpp"

namespace calsync::cli {

namespace {
constexpr int partitions_of_bookings = 6;  // as the live topic (DESIGN §12.6)

Result<std::unique_ptr<Broker>> reach(const Settings::Kafka& kafka) {
  CALSYNC_TRY(options, "replay", kafka_options(kafka));
  return reach_cluster(std::move(options));
}

std::vector<TopicSpec> specs_of(const TopicTarget& target) {
  std::vector<TopicSpec> specs;
  for (const Topic topic : target.topics)
    specs.push_back({target.kafka.topic_prefix + to_text(topic) + target.suffix,
                     topic == Topic::bookings ? partitions_of_bookings : 1, false});
  return specs;
}

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

Result<std::optional<std::string>> topic_with_records(const TopicTarget& target) {
  CALSYNC_TRY(broker, "reach the cluster", reach(target.kafka));
  std::vector<std::string> names;
  for (const auto& spec : specs_of(target)) names.push_back(spec.name);
  CALSYNC_TRY(facts, "look at the topics", broker->describe(names));
  std::erase_if(names, [&facts](const std::string& name) {
    return std::ranges::any_of(
        facts, [&name](const TopicFacts& one) { return one.name == name && one.partitions == 0; });
  });
  if (names.empty()) return std::optional<std::string>{};
  return broker->first_with_records(names);
}

Result<std::unique_ptr<ReplayTarget>> replay_to_topics(Context& context, const TopicTarget& target) {
  if (target.suffix.empty())
    return Error{Errc::rejected, "without a suffix these are the live topics: replays never go there"};
  CALSYNC_TRY(broker, "reach the cluster", reach(target.kafka));
  const auto wanted = specs_of(target);
  CALSYNC_TRY(facts, "--to-topic-suffix", ready_topics(*broker, wanted, target.kafka.create_topics));
  MessageContext messages;
  messages.prefix = target.kafka.topic_prefix;
  messages.suffix = target.suffix;
  for (std::size_t i = 0; i < target.topics.size() && i < facts.size(); ++i)
    messages.partitions[to_text(target.topics[i])] = facts[i].partitions;
  return write_to_topics(std::move(broker), std::move(messages), context.stop);
}

}  // namespace calsync::cli
