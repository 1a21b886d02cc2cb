#include "connectors/kafka/topics.hpp"

#include "connectors/kafka/rdkafka.hpp"

#include <algorithm>
#include <array>

namespace calsync {
namespace {

using rdkafka::CallLimit;
using rdkafka::Client;
using rdkafka::to_result;
constexpr const char* max_message_bytes = "4194304";  // an event made from a body of 1 MiB always fits

struct Metadata {
  const rd_kafka_metadata_t* found = nullptr;
  Metadata() = default;
  Metadata(const Metadata&) = delete;
  Metadata& operator=(const Metadata&) = delete;
  ~Metadata() { rd_kafka_metadata_destroy(found); }
};

Result<void> read_metadata(const Client& client, Metadata& metadata, const CallLimit& limit) {
  const auto code = rd_kafka_metadata(client.get(), 1, nullptr, &metadata.found, limit.left_ms());
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  Error error = to_result(code, "ask the cluster for its topics");
  error.what += client.last_word();
  return error;
}

// `config` stays empty where we may not read it.
Result<void> read_config(const Client& client, std::vector<TopicFacts>& topics, const CallLimit& limit) {
  std::vector<rdkafka::ConfigResource> resources;
  std::vector<rd_kafka_ConfigResource_t*> asked;
  for (const TopicFacts& topic : topics) {
    if (topic.partitions == 0) continue;
    resources.emplace_back(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.name.c_str()));
    asked.push_back(resources.back().get());
  }
  if (asked.empty()) return {};
  const rdkafka::Queue queue(rd_kafka_queue_new(client.get()));
  rd_kafka_DescribeConfigs(client.get(), asked.data(), asked.size(), nullptr, queue.get());
  const rdkafka::Event event(rd_kafka_queue_poll(queue.get(), limit.left_ms()));
  if (event == nullptr) return Error{Errc::timeout, "describe topics: no answer" + client.last_word()};
  const auto* result = rd_kafka_event_DescribeConfigs_result(event.get());
  if (result == nullptr) return {};
  std::size_t count = 0;
  const auto* const* answers = rd_kafka_DescribeConfigs_result_resources(result, &count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto topic = std::find_if(topics.begin(), topics.end(), [&](const TopicFacts& t) {
      return t.name == rd_kafka_ConfigResource_name(answers[i]);
    });
    std::size_t entries = 0;
    const auto* const* entry = rd_kafka_ConfigResource_configs(answers[i], &entries);
    for (std::size_t e = 0; topic != topics.end() && e < entries; ++e) {
      const char* value = rd_kafka_ConfigEntry_value(entry[e]);
      topic->config.emplace(rd_kafka_ConfigEntry_name(entry[e]), value == nullptr ? "" : value);
    }
  }
  return {};
}

std::vector<std::pair<const char*, const char*>> settings_of(const TopicSpec& spec, int replication) {
  std::vector<std::pair<const char*, const char*>> settings{{"max.message.bytes", max_message_bytes}};
  if (spec.compacted) {
    settings.emplace_back("cleanup.policy", "compact");
  } else {
    settings.insert(settings.end(),
                    {{"cleanup.policy", "delete"}, {"retention.ms", "-1"}, {"retention.bytes", "-1"}});
  }
  if (replication >= 3) settings.emplace_back("min.insync.replicas", "2");
  return settings;
}

Result<rdkafka::NewTopic> new_topic(const TopicSpec& spec, int replication) {
  std::array<char, 256> why{};
  rdkafka::NewTopic topic(
      rd_kafka_NewTopic_new(spec.name.c_str(), spec.partitions, replication, why.data(), why.size()));
  if (topic == nullptr) return Error{Errc::rejected, "create topic " + spec.name + ": " + why.data()};
  for (const auto& [name, value] : settings_of(spec, replication))
    rd_kafka_NewTopic_set_config(topic.get(), name, value);
  return topic;
}

Result<void> judge_created(const rd_kafka_topic_result_t* result) {
  const auto code = rd_kafka_topic_result_error(result);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR || code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) return {};
  const char* more = rd_kafka_topic_result_error_string(result);
  const std::string what = std::string("create topic ") + rd_kafka_topic_result_name(result);
  Error error = to_result(code, what);
  if (code == RD_KAFKA_RESP_ERR_POLICY_VIOLATION || code == RD_KAFKA_RESP_ERR_INVALID_CONFIG ||
      code == RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION) {
    error.code = Errc::rejected;
  }
  if (more != nullptr) error.what += std::string(": ") + more;
  return error;
}

Result<void> ask_for(const Client& client, const std::vector<TopicSpec>& topics, int replication,
                     const CallLimit& limit) {
  std::vector<rdkafka::NewTopic> wanted;
  std::vector<rd_kafka_NewTopic_t*> handles;
  for (const TopicSpec& spec : topics) {
    CALSYNC_TRY(topic, "create topics", new_topic(spec, replication));
    handles.push_back(topic.get());
    wanted.push_back(std::move(topic));
  }
  const rdkafka::AdminOptions options(
      rd_kafka_AdminOptions_new(client.get(), RD_KAFKA_ADMIN_OP_CREATETOPICS));
  std::array<char, 256> why{};
  rd_kafka_AdminOptions_set_request_timeout(options.get(), limit.left_ms(), why.data(), why.size());
  rd_kafka_AdminOptions_set_operation_timeout(options.get(), limit.left_ms(), why.data(), why.size());
  const rdkafka::Queue queue(rd_kafka_queue_new(client.get()));
  rd_kafka_CreateTopics(client.get(), handles.data(), handles.size(), options.get(), queue.get());
  const rdkafka::Event event(rd_kafka_queue_poll(queue.get(), limit.left_ms()));
  if (event == nullptr) return Error{Errc::timeout, "create topics: no answer" + client.last_word()};
  if (rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return to_result(rd_kafka_event_error(event.get()), "create topics");
  }
  const auto* result = rd_kafka_event_CreateTopics_result(event.get());
  std::size_t count = 0;
  const auto* const* answers = rd_kafka_CreateTopics_result_topics(result, &count);
  for (std::size_t i = 0; i < count; ++i) CALSYNC_CHECK("create topics", judge_created(answers[i]));
  return {};
}

}  // namespace

Result<std::vector<TopicFacts>> describe_topics(const KafkaOptions& options,
                                                const std::vector<std::string>& names) {
  CALSYNC_TRY(client, "describe topics", Client::open(RD_KAFKA_PRODUCER, options, {}));
  const CallLimit limit;
  Metadata metadata;
  CALSYNC_CHECK("describe topics", read_metadata(client, metadata, limit));
  std::vector<TopicFacts> facts;
  for (const std::string& name : names) {
    TopicFacts& topic = facts.emplace_back();
    topic.name = name;
    for (int i = 0; i < metadata.found->topic_cnt; ++i) {
      const auto& found = metadata.found->topics[i];
      if (name != found.topic) continue;
      if (found.err != RD_KAFKA_RESP_ERR_NO_ERROR) return to_result(found.err, "topic " + name);
      topic.partitions = found.partition_cnt;
      if (found.partition_cnt > 0) topic.replication = found.partitions[0].replica_cnt;
    }
  }
  CALSYNC_CHECK("describe topics", read_config(client, facts, limit));
  return facts;
}

Result<void> create_topics(const KafkaOptions& options, const std::vector<TopicSpec>& topics) {
  CALSYNC_TRY(client, "create topics", Client::open(RD_KAFKA_PRODUCER, options, {}));
  const CallLimit limit;
  Metadata metadata;
  CALSYNC_CHECK("create topics", read_metadata(client, metadata, limit));
  CALSYNC_CHECK("create topics", ask_for(client, topics, std::min(3, metadata.found->broker_cnt), limit));
  for (const TopicSpec& spec : topics) {
    CALSYNC_TRY(topic, "create topics", client.topic(spec.name));
    CALSYNC_CHECK("create topics", client.partition_count(topic.get(), limit));
  }
  return {};
}

Result<std::optional<std::string>> first_topic_with_records(const KafkaOptions& options,
                                                            const std::vector<std::string>& names) {
  CALSYNC_TRY(client, "look for records", Client::open(RD_KAFKA_PRODUCER, options, {}));
  const CallLimit limit;
  for (const std::string& name : names) {
    CALSYNC_TRY(topic, "look for records", client.topic(name));
    CALSYNC_TRY(partitions, "look for records", client.partition_count(topic.get(), limit));
    for (int partition = 0; partition < partitions; ++partition) {
      std::int64_t low = 0, high = 0;
      const auto code = rd_kafka_query_watermark_offsets(client.get(), name.c_str(), partition, &low, &high,
                                                         limit.left_ms());
      if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return to_result(code, "offsets of " + name);
      if (high > 0) return std::optional(name);
    }
  }
  return std::optional<std::string>{};
}

}  // namespace calsync
