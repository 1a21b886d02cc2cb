#include "daemon/cli/kafka_access.hpp"

#include "connectors/secrets/secrets.hpp"

namespace calsync::cli {

Result<KafkaOptions> kafka_options(const Settings::Kafka& kafka) {
  KafkaOptions options;
  options.bootstrap_servers = kafka.bootstrap_servers;
  for (auto& [name, value] : resolve_properties(kafka.properties)) {
    CALSYNC_TRY(secret, "kafka.properties." + name, std::move(value));
    options.properties.emplace(name, std::move(secret));
  }
  return options;
}

}  // namespace calsync::cli
