// A real cluster as the Broker of the publisher.
#pragma once
#include "connectors/kafka/broker.hpp"
#include "connectors/kafka/kafka_options.hpp"

namespace calsync {

std::unique_ptr<Broker> reach_cluster(KafkaOptions options);

}  // namespace calsync
