// Topics: what there is, and making what is missing. Existing ones are never altered (DESIGN §12.6).
#pragma once
#include "connectors/kafka/broker.hpp"
#include "connectors/kafka/kafka_options.hpp"

namespace calsync {

Result<std::vector<TopicFacts>> describe_topics(const KafkaOptions& options,
                                                const std::vector<std::string>& names);
// Unlimited retention, replication min(3, brokers), 4 MiB messages. Waits until the cluster knows them all.
Result<void> create_topics(const KafkaOptions& options, const std::vector<TopicSpec>& topics);
Result<std::optional<std::string>> first_topic_with_records(const KafkaOptions& options,
                                                            const std::vector<std::string>& names);

}  // namespace calsync
