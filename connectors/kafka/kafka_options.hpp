// How to reach a cluster, as words. Properties of the administrator win over ours, but for those that
// exactly-once rests on.
#pragma once
#include "state/base/error.hpp"

#include <map>
#include <string>

namespace calsync {

using KafkaProperties = std::map<std::string, std::string>;

struct KafkaOptions {
  std::string bootstrap_servers;
  KafkaProperties properties;  // kafka.properties of the settings, secrets resolved
};

// Fails: rejected, for a property that would break what calsync promises (transactional.id, acks, …), naming
// it.
Result<void> check_properties(const KafkaProperties& properties);

}  // namespace calsync
