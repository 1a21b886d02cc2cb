// What our topics hold beyond a place in the log, in the log's order: for `log rejoin`.
// Runs on:  one thread.
// Blocks:   next(), until the brokers answer, at most 30 s.
// Promises: only committed records, and none that was committed after the reader was opened.
#pragma once
#include "connectors/kafka/kafka_options.hpp"
#include "state/base/error.hpp"
#include "state/base/ids.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace calsync {

struct CommittedRecord {
  std::string topic;
  EventSequence sequence;  // ce_sequence
  std::string key;
  std::optional<std::string> value;  // nullopt: a tombstone
  std::map<std::string, std::string, std::less<>> headers;
};

class CommittedSource {
 public:
  virtual ~CommittedSource() = default;
  // Ascending by sequence; of one sequence, by the order of the topics. nullopt: no more.
  // Fails: unavailable, timeout.
  virtual Result<std::optional<CommittedRecord>> next() = 0;
};

// Records with a sequence above `after`. Those without ce_sequence, which others wrote, are passed over.
// Fails: unavailable, timeout, not_found (a topic is missing), unauthorised.
Result<std::unique_ptr<CommittedSource>> read_committed(const KafkaOptions& options,
                                                        const std::vector<std::string>& topics,
                                                        EventSequence after);

}  // namespace calsync
