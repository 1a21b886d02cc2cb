// What the publisher asks of Kafka, in our words: the narrow seam that tests script and a simulator can
// replace.
// Runs on:  one thread at a time.
// Blocks:   at most about the slice given; where none is, about 5 s for all that the call does.
#pragma once
#include "connectors/kafka/cursor.hpp"
#include "connectors/kafka/kafka_error.hpp"
#include "state/base/error.hpp"
#include "state/base/time.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace calsync {

struct KafkaHeader {
  const char* name;
  std::string value;
};

struct KafkaMessage {
  std::string topic;
  std::int32_t partition = 0;
  std::string key;
  std::optional<std::string> value;  // nullopt: a tombstone
  std::vector<KafkaHeader> headers;
  Instant timestamp;
};

struct TopicSpec {
  std::string name;
  int partitions = 1;
  bool compacted = false;
};

struct TopicFacts {
  std::string name;
  int partitions = 0;  // 0: it does not exist
  int replication = 0;
  std::map<std::string, std::string> config;  // empty: we may not read it
};

// One producer with the transactional id of the log. A dead one (fatal, fenced) is destroyed and opened anew.
class Transactions {
 public:
  virtual ~Transactions() = default;
  using Slice = std::chrono::milliseconds;
  virtual KafkaError init(Slice slice) = 0;  // fences older instances; ends what they left open
  virtual KafkaError begin() = 0;
  // Retriable: not taken, the queue is full.
  virtual KafkaError produce(const KafkaMessage& message, Slice slice) = 0;
  // Ok only when every message was delivered and all is committed.
  virtual KafkaError commit(Slice slice) = 0;
  virtual KafkaError abort(Slice slice) = 0;
};

class Broker {
 public:
  virtual ~Broker() = default;
  // Facts in the order asked. Fails: unavailable, timeout, unauthorised.
  virtual Result<std::vector<TopicFacts>> describe(const std::vector<std::string>& topics) = 0;
  // Fails: unauthorised, rejected (the cluster's policy), unavailable. Topics that exist by now are no
  // failure.
  virtual Result<void> create(const std::vector<TopicSpec>& topics) = 0;
  // The last committed cursor, whoever wrote it. Exact only after init() (F10). Fails: unavailable, corrupt.
  virtual Result<std::optional<CursorRecord>> read_cursor(const std::string& topic) = 0;
  // The first of these topics that has records. Fails: unavailable.
  virtual Result<std::optional<std::string>> first_with_records(const std::vector<std::string>& topics) = 0;
  // `topics`: those that will be written, made known to the client beforehand. Fails: rejected (bad
  // properties), unavailable.
  virtual Result<std::unique_ptr<Transactions>> open(const std::string& transactional_id,
                                                     const std::vector<std::string>& topics) = 0;
  [[nodiscard]] virtual std::string bootstrap() const = 0;
};

}  // namespace calsync
