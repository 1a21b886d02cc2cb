// How to reach a cluster, as words. Properties of the administrator win over ours, but for those that
// exactly-once rests on.
#pragma once
#include "state/base/error.hpp"
#include "state/base/secret.hpp"

#include <map>
#include <string>
#include <vector>

namespace calsync {

// By name. Any value may be a password, so all are held as secrets and wiped; librdkafka keeps copies of its own.
using KafkaProperties = std::map<std::string, Secret>;

struct KafkaOptions {
  std::string bootstrap_servers;
  KafkaProperties properties;  // kafka.properties of the settings, secrets resolved
};

// Fails: rejected, for a property that would break what calsync promises (transactional.id, acks, …), naming it.
Result<void> check_properties(const KafkaProperties& properties);

// What is wrong with them, by name; where each is good but not all together, under the empty name. librdkafka alone
// knows: a producer is made of them, which calls nobody.
std::map<std::string, std::string> property_problems(const KafkaProperties& properties);

}  // namespace calsync
