// One transactional producer over librdkafka. See Transactions for the calls.
// Owner:    the publisher.
// Runs on:  its thread.
// Blocks:   at most the slice given.
// Promises: commit() is ok only when every message since begin() was delivered: librdkafka itself lets a
//           message that it refused fall out of the transaction and commits the rest (F7).
#pragma once
#include "connectors/kafka/broker.hpp"
#include "connectors/kafka/kafka_options.hpp"

namespace calsync {

// `topics`: those that will be written. Their metadata is fetched first: else the first use of each stalls
// for a second.
Result<std::unique_ptr<Transactions>> open_producer(const KafkaOptions& options,
                                                    const std::string& transactional_id,
                                                    const std::vector<std::string>& topics);

}  // namespace calsync
