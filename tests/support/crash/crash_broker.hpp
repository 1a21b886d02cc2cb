// Kafka, with crash points around what the publisher asks of it.
#pragma once
#include "connectors/kafka/broker.hpp"

namespace calsync::crash {

std::unique_ptr<Broker> watched(std::unique_ptr<Broker> broker);

}  // namespace calsync::crash
