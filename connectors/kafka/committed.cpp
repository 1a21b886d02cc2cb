// One partition's records ascend by ce_sequence, since one log's publisher wrote them in order: where to begin
// is found by halving, and the partitions are merged by sequence, a record of each in memory.
#include "connectors/kafka/committed.hpp"

#include "connectors/kafka/rdkafka.hpp"

#include <charconv>

namespace calsync {
namespace {

constexpr std::chrono::seconds patience{30};
constexpr std::int64_t near_enough = 64;  // records are read on from here rather than asked for one by one
constexpr std::chrono::milliseconds wake_within{1000};
constexpr int knows_queue_backoff = 0x020200ff;  // librdkafka 2.2.0: the second below is a property there
constexpr std::chrono::milliseconds soon{10};  // within this a fetch that is under way on a near broker ends

std::uint64_t sequence_in(const CommittedRecord& record) {
  const auto found = record.headers.find("ce_sequence");
  std::uint64_t sequence = 0;
  if (found != record.headers.end())
    std::from_chars(found->second.data(), found->second.data() + found->second.size(), sequence);
  return sequence;
}

CommittedRecord record_of(const rd_kafka_message_t& message, const std::string& topic) {
  CommittedRecord out;
  out.topic = topic;
  out.key.assign(static_cast<const char*>(message.key), message.key_len);
  if (message.payload != nullptr) out.value.emplace(static_cast<const char*>(message.payload), message.len);
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR) {
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    for (std::size_t i = 0;
         rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; ++i)
      if (value != nullptr) out.headers.emplace(name, std::string(static_cast<const char*>(value), size));
  }
  out.sequence = EventSequence{sequence_in(out)};
  return out;
}

struct Placed {
  std::int64_t offset = 0;
  CommittedRecord record;
};

class Partition {
 public:
  Partition(rd_kafka_t* client, rd_kafka_topic_t* topic, std::string name, std::int32_t number,
            std::int64_t low, std::int64_t end)
      : client_(client), topic_(topic), name_(std::move(name)), number_(number), low_(low), end_(end) {}
  ~Partition() { stop(); }
  Partition(const Partition&) = delete;
  Partition& operator=(const Partition&) = delete;

  // The first record beyond `after` is then at the front.
  Result<void> begin_after(EventSequence after) {
    std::int64_t from = low_, to = end_;
    while (to - from > near_enough) {
      const std::int64_t middle = from + (to - from) / 2;
      CALSYNC_CHECK("begin", start(middle));
      CALSYNC_TRY(found, "begin", read());
      if (!found || found->record.sequence > after)
        to = middle;
      else
        from = found->offset + 1;
    }
    CALSYNC_CHECK("begin", start(from));
    do {
      CALSYNC_CHECK("begin", advance());
    } while (front_ && front_->record.sequence <= after);
    return {};
  }
  Result<void> advance() {
    CALSYNC_TRY(found, "read " + name_, read());
    front_ = std::move(found);
    return {};
  }
  [[nodiscard]] const CommittedRecord* front() const { return front_ ? &front_->record : nullptr; }
  CommittedRecord take() { return std::move(front_->record); }

 private:
  Result<void> start(std::int64_t offset) {
    stop();
    position_ = offset;
    if (offset >= end_) return {};
    if (rd_kafka_consume_start(topic_, number_, offset) != 0)
      return rdkafka::to_result(rd_kafka_last_error(), "read " + name_);
    running_ = true;
    return {};
  }
  void stop() {
    if (std::exchange(running_, false)) rd_kafka_consume_stop(topic_, number_);
  }

  // The next record of ours before the end; control records, aborted ones and compaction leave holes.
  Result<std::optional<Placed>> read() {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (position_ < end_) {
      if (std::chrono::steady_clock::now() > until)
        return Error{Errc::timeout, "read " + name_ + ": no answer from Kafka within 30 s"};
      const rdkafka::ReceivedMessage message(rd_kafka_consume(topic_, number_, soon.count()));
      if (message == nullptr) {
        wake_fetcher();
        continue;
      }
      if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        position_ = std::max(position_, message->offset);
        continue;
      }
      if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR)
        return rdkafka::to_result(message->err, "read " + name_);
      if (message->offset < position_) continue;
      position_ = message->offset + 1;
      if (message->offset >= end_) break;
      Placed placed{message->offset, record_of(*message, name_)};
      if (placed.record.sequence.value() > 0) return std::optional(std::move(placed));
    }
    return std::optional<Placed>{};
  }

  // librdkafka fetches nothing while its queues are full, and looks again whether they still are only once a
  // second, unless its connection to the leader has something else to do. So it gets something to do.
  void wake_fetcher() {
    std::int64_t low = 0, end = 0;
    rd_kafka_query_watermark_offsets(client_, name_.c_str(), number_, &low, &end,
                                     static_cast<int>(wake_within.count()));
  }

  rd_kafka_t* client_;
  rd_kafka_topic_t* topic_;
  const std::string name_;
  const std::int32_t number_;
  const std::int64_t low_, end_;
  std::int64_t position_ = 0;
  bool running_ = false;
  std::optional<Placed> front_;
};

class Merged final : public CommittedSource {
 public:
  Merged(rdkafka::Client client) : client_(std::move(client)) {}  // NOLINT(google-explicit-constructor)

  Result<void> add(const std::string& name, EventSequence after) {
    CALSYNC_TRY(topic, "read committed", client_.topic(name));
    const rdkafka::CallLimit known_within;
    CALSYNC_TRY(count, "topic " + name, client_.partition_count(topic.get(), known_within));
    for (std::int32_t number = 0; number < count; ++number) {
      std::int64_t low = 0, end = 0;  // with read_committed, the end is the last stable offset
      const rdkafka::CallLimit limit;
      const auto code =
          rd_kafka_query_watermark_offsets(client_.get(), name.c_str(), number, &low, &end, limit.left_ms());
      if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return rdkafka::to_result(code, "offsets of " + name);
      auto partition = std::make_unique<Partition>(client_.get(), topic.get(), name, number, low, end);
      CALSYNC_CHECK("topic " + name, partition->begin_after(after));
      partitions_.push_back(std::move(partition));
    }
    topics_.push_back(std::move(topic));
    return {};
  }

  Result<std::optional<CommittedRecord>> next() override {
    Partition* first = nullptr;
    for (const auto& partition : partitions_) {
      if (partition->front() == nullptr) continue;
      if (first == nullptr || partition->front()->sequence < first->front()->sequence)
        first = partition.get();
    }
    if (first == nullptr) return std::optional<CommittedRecord>{};
    CommittedRecord record = first->take();
    CALSYNC_CHECK("read committed", first->advance());
    return std::optional(std::move(record));
  }

 private:
  rdkafka::Client client_;  // outlives topics and partitions
  std::vector<rdkafka::Topic> topics_;
  std::vector<std::unique_ptr<Partition>> partitions_;  // by topic, in the order asked
};

}  // namespace

Result<std::unique_ptr<CommittedSource>> read_committed(const KafkaOptions& options,
                                                        const std::vector<std::string>& topics,
                                                        EventSequence after) {
  rdkafka::OwnProperties own{{"isolation.level", "read_committed"},
                             {"enable.partition.eof", "true"},
                             {"fetch.wait.max.ms", "10"},
                             {"queued.max.messages.kbytes", "4096"},  // per partition
                             {"check.crcs", "true"}};
  if (rd_kafka_version() >= knows_queue_backoff) own.emplace("fetch.queue.backoff.ms", "10");
  CALSYNC_TRY(client, "read committed", rdkafka::Client::open(RD_KAFKA_CONSUMER, options, own));
  auto merged = std::make_unique<Merged>(std::move(client));
  for (const std::string& topic : topics) CALSYNC_CHECK("read committed", merged->add(topic, after));
  return std::unique_ptr<CommittedSource>(std::move(merged));
}

}  // namespace calsync
