#include "connectors/kafka/kafka_options.hpp"

#include "config/settings/kafka_properties.hpp"

namespace calsync {

Result<void> check_properties(const KafkaProperties& properties) {
  for (const auto& [name, value] : properties)
    if (const std::string why = owned_kafka_property(name); !why.empty())
      return Error{Errc::rejected, std::string("kafka.properties.").append(name).append(": ").append(why)};
  return {};
}

}  // namespace calsync
