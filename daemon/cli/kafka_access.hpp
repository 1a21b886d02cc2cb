// The cluster of the settings, for a command.
#pragma once
#include "config/settings/settings.hpp"
#include "connectors/kafka/kafka_options.hpp"

namespace calsync::cli {

// With the secrets of its properties read.  Fails: as reading them does, naming the property.
Result<KafkaOptions> kafka_options(const Settings::Kafka& kafka);

}  // namespace calsync::cli
