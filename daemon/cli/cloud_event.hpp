// A message as the live topics carry it (Kafka's binary mode),
// written as a CloudEvent in structured mode. Pure.
#pragma once
#include "connectors/kafka/broker.hpp"

#include <boost/json/object.hpp>

namespace calsync::cli {

// Attributes and `data` in one JSON object; the Kafka key is `partitionkey` (a CloudEvents extension), the
// topic `topic`. Fails: corrupt, where the value is no JSON.
Result<boost::json::object> structured(const KafkaMessage& message);

}  // namespace calsync::cli
