// The log's events against what Kafka holds committed. Pure but for the two sources it is given.
#pragma once
#include "daemon/audit/finding.hpp"
#include "state/base/crypto.hpp"
#include "state/base/error.hpp"
#include "state/base/time.hpp"

#include <functional>
#include <map>

namespace calsync::audit {

// An event as either side has it.
struct EventFacts {
  EventSequence sequence;
  RawSequence raw{};
  std::string topic, key, type, subject, hash;  // topic without prefix; hash: hex digits
  std::uint64_t key_sequence = 0;
  Instant received{};  // of the log's: when its record came
};

struct KafkaJoin {
  std::vector<Finding> findings;
  std::uint64_t compared = 0;      // events that both have
  std::uint64_t not_retained = 0;  // events that are older than all that Kafka still holds of their partition
  std::optional<EventSequence> oldest_told;
  EventSequence newest_told{};
  std::uint64_t newer = 0;  // records behind the log's end as it was read
};

template <class T>
using Next = std::function<Result<std::optional<T>>()>;

struct KafkaJoinOptions {
  EventSequence last;       // of the log, as it was read
  Instant published_until;  // an event received later than this need not be in Kafka yet
  std::function<int(const EventFacts&)> partition;
};

// Both ascend by sequence: the log by its nature; Kafka's are merged from partitions, so where they do not
// ascend, they do not in the partition either. Memory: a line for each key.
Result<KafkaJoin> join_kafka(const Next<EventFacts>& logged, const Next<EventFacts>& told,
                             const KafkaJoinOptions& options);

}  // namespace calsync::audit
