#include "connectors/kafka/producer.hpp"

#include "connectors/kafka/rdkafka.hpp"

#include <unordered_map>

namespace calsync {
namespace {

// RELIABILITY §3.2, MEASURED. The queue holds a whole transaction (2,000 events, their states, the cursor) or
// 16 MiB.
const rdkafka::OwnProperties defaults{
    {"acks", "all"},
    {"enable.idempotence", "true"},
    {"transaction.timeout.ms", "15000"},  // how long a dead publisher may hold up read_committed readers
    {"message.timeout.ms", "10000"},
    {"linger.ms", "5"},  // a flush does not wait for it
    {"compression.codec", "lz4"},
    {"queue.buffering.max.messages", "5000"},
    {"queue.buffering.max.kbytes", "16384"},
    {"message.max.bytes", "4194304"},  // the topics' own limit decides; theirs is this where we made them
    {"retry.backoff.ms", "20"},
};

class Producer final : public Transactions {
 public:
  Producer() = default;
  Producer(const Producer&) = delete;
  Producer& operator=(const Producer&) = delete;
  ~Producer() override {
    topics_.clear();
    client_ = {};  // first: its threads still report deliveries here
  }

  Result<void> open(const KafkaOptions& options, const std::string& transactional_id,
                    const std::vector<std::string>& topics) {
    rdkafka::OwnProperties properties = defaults;
    properties.insert_or_assign("transactional.id", transactional_id);
    CALSYNC_TRY(client, "open producer",
                rdkafka::Client::open(RD_KAFKA_PRODUCER, options, properties, this, &Producer::delivered));
    client_ = std::move(client);
    const rdkafka::CallLimit limit;
    for (const std::string& name : topics) {
      CALSYNC_TRY(topic, "open producer", client_.topic(name));
      CALSYNC_CHECK("open producer", client_.partition_count(topic.get(), limit));
      topics_.emplace(name, std::move(topic));
    }
    return {};
  }

  KafkaError init(Slice slice) override {
    return explain(rdkafka::to_error(rd_kafka_init_transactions(client_.get(), ms(slice))));
  }

  KafkaError begin() override {
    produced_ = delivered_ = 0;
    failure_ = {};
    purged_ = false;
    return rdkafka::to_error(rd_kafka_begin_transaction(client_.get()));
  }

  KafkaError produce(const KafkaMessage& message, Slice slice) override {
    const auto until = std::chrono::steady_clock::now() + slice;
    for (;;) {
      KafkaError error = try_produce(message);
      if (error.ok()) ++produced_;
      if (error.kind != KafkaClass::retriable) return error;
      rd_kafka_poll(client_.get(), 20);  // the queue is full: make room
      if (!failure_.ok()) return failure_;
      if (std::chrono::steady_clock::now() >= until) return error;
    }
  }

  KafkaError commit(Slice slice) override {
    // Slices of the flush are retriable: the next commit() goes on with it.
    const auto flushed = rd_kafka_flush(client_.get(), ms(slice));
    if (KafkaError dead = fatal(); !dead.ok()) return dead;
    if (!failure_.ok()) return purged_ ? failure_because() : failure_;
    if (flushed != RD_KAFKA_RESP_ERR_NO_ERROR)
      return explain({KafkaClass::retriable, "messages not yet delivered"});
    if (delivered_ != produced_) {
      return {KafkaClass::abortable,
              "delivered " + std::to_string(delivered_) + " of " + std::to_string(produced_)};
    }
    return explain(rdkafka::to_error(rd_kafka_commit_transaction(client_.get(), ms(slice))));
  }

  KafkaError abort(Slice slice) override {
    return explain(rdkafka::to_error(rd_kafka_abort_transaction(client_.get(), ms(slice))));
  }

 private:
  static int ms(Slice slice) { return static_cast<int>(slice.count()); }

  // Called from poll, flush, commit and abort: on the thread of the caller.
  static void delivered(rd_kafka_t* /*handle*/, const rd_kafka_message_t* message, void* self) {
    auto& producer = *static_cast<Producer*>(self);
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      ++producer.delivered_;
    } else if (producer.failure_.ok() || message->err == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE) {
      producer.failure_ = classify_message(message->err);
      producer.purged_ =
          message->err == RD_KAFKA_RESP_ERR__PURGE_QUEUE || message->err == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT;
      producer.failure_.text = rd_kafka_topic_name(message->rkt) + (": " + producer.failure_.text);
    }
  }

  KafkaError try_produce(const KafkaMessage& message) {
    const auto topic = topics_.find(message.topic);
    if (topic == topics_.end()) return {KafkaClass::fatal, "topic " + message.topic + " was not opened"};
    rd_kafka_headers_t* headers = rd_kafka_headers_new(message.headers.size());
    for (const KafkaHeader& header : message.headers) {
      rd_kafka_header_add(headers, header.name, -1, header.value.data(),
                          static_cast<ssize_t>(header.value.size()));
    }
    // A tombstone has no value at all, which is not an empty one. librdkafka copies both, and asks for void*.
    void* value = message.value ? const_cast<char*>(message.value->data()) : nullptr;  // NOLINT(*-const-cast)
    const std::size_t size = message.value ? message.value->size() : 0;
    const auto code = rd_kafka_producev(
        client_.get(), RD_KAFKA_V_RKT(topic->second.get()), RD_KAFKA_V_PARTITION(message.partition),
        RD_KAFKA_V_KEY(message.key.data(), message.key.size()), RD_KAFKA_V_VALUE(value, size),
        RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_TIMESTAMP(message.timestamp.time_since_epoch().count()),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) rd_kafka_headers_destroy(headers);  // taken over only when taken
    KafkaError error = classify_message(code);
    if (!error.ok()) error.text = message.topic + ": " + error.text;
    return error;
  }

  KafkaError fatal() const {
    std::array<char, 512> why{};
    const auto code = rd_kafka_fatal_error(client_.get(), why.data(), why.size());
    return classify_call(code, {.fatal = true}, why.data());
  }

  // A purge is the end of a transaction that failed otherwise.
  KafkaError failure_because() const { return {failure_.kind, failure_.text + client_.last_word()}; }

  KafkaError explain(KafkaError error) const {
    if (error.kind == KafkaClass::retriable) error.text += client_.last_word();
    return error;
  }

  rdkafka::Client client_;
  std::unordered_map<std::string, rdkafka::Topic> topics_;
  std::size_t produced_ = 0, delivered_ = 0;  // since begin()
  bool purged_ = false;                       // failure_ is only what came of another one
  KafkaError failure_;                        // the first failed delivery since begin(), or a poisonous one
};

}  // namespace

Result<std::unique_ptr<Transactions>> open_producer(const KafkaOptions& options,
                                                    const std::string& transactional_id,
                                                    const std::vector<std::string>& topics) {
  auto producer = std::make_unique<Producer>();
  CALSYNC_CHECK("kafka", producer->open(options, transactional_id, topics));
  return std::unique_ptr<Transactions>(std::move(producer));
}

}  // namespace calsync
