#include "connectors/kafka/kafka_options.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace calsync {

Result<void> check_properties(const KafkaProperties& properties) {
  static constexpr std::array<std::string_view, 12> ours{
      "transactional.id",      "enable.idempotence",         "acks",
      "request.required.acks", "bootstrap.servers",          "metadata.broker.list",
      "isolation.level",       "enable.partition.eof",       "allow.auto.create.topics",
      "test.mock.num.brokers", "delivery.report.only.error", "group.id"};
  for (const auto& [name, value] : properties) {
    if (std::find(ours.begin(), ours.end(), name) == ours.end()) continue;
    return Error{Errc::rejected, "kafka.properties: " + name + " is set by calsync itself; take it out"};
  }
  return {};
}

}  // namespace calsync
