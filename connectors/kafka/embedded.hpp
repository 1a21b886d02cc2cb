// The demo broker: librdkafka's mock cluster, in this process, on a free port of loopback.
// Owner:    the publisher in `mode: embedded`.
// Runs on:  a thread of its own.
// Promises: other processes can list, consume and join groups. It keeps the newest few MB per partition in
//           memory, shows aborted records and does not fence (RELIABILITY F5): a demo, never a proof.
#pragma once
#include "connectors/kafka/broker.hpp"

namespace calsync {

Result<std::unique_ptr<Broker>> start_demo_broker();

}  // namespace calsync
