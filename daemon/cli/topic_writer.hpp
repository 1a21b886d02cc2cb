// Events into topics, in transactions of at most 1,000 events and 4 MiB; what a topic does not take for its size goes
// there as event.oversize.
// Owner:    `log replay`.
// Blocks:   on the broker: a call that it keeps putting off is made again for a minute.
// Fails:    unavailable, cancelled: naming the last event that is committed, so that a second run can go on.
#pragma once
#include "connectors/kafka/broker.hpp"
#include "daemon/cli/replay_target.hpp"

namespace calsync::cli {

Result<std::unique_ptr<ReplayTarget>> write_to_topics(std::unique_ptr<Broker> broker, MessageContext messages,
                                                      std::stop_token stop);

}  // namespace calsync::cli
