// All that is in a topic now, as a read_committed consumer sees it: librdkafka used as any consumer would.
#pragma once
#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace calsync::tests {

struct ReadMessage {
  std::string topic, key;
  std::optional<std::string> value;
  int partition = 0;
  std::int64_t offset = 0, timestamp = 0;
  std::map<std::string, std::string> headers;
  [[nodiscard]] std::uint64_t sequence() const {
    const auto found = headers.find("ce_sequence");
    return found == headers.end() ? 0 : std::stoull(found->second);
  }
};

inline ReadMessage copy_message(const rd_kafka_message_t& m) {
  ReadMessage message;
  message.topic = rd_kafka_topic_name(m.rkt);
  message.key.assign(static_cast<const char*>(m.key), m.key_len);
  if (m.payload != nullptr) message.value.emplace(static_cast<const char*>(m.payload), m.len);
  message.partition = m.partition;
  message.offset = m.offset;
  rd_kafka_timestamp_type_t type{};
  message.timestamp = rd_kafka_message_timestamp(&m, &type);
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&m, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR) {
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    for (std::size_t i = 0;
         rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; ++i) {
      message.headers.emplace(name, std::string(static_cast<const char*>(value), size));
    }
  }
  return message;
}

using Consumer = std::unique_ptr<rd_kafka_t, void (*)(rd_kafka_t*)>;

inline Consumer consumer(const std::string& bootstrap, const std::string& isolation) {
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  for (const auto& [name, value] : std::map<std::string, std::string>{{"bootstrap.servers", bootstrap},
                                                                      {"isolation.level", isolation},
                                                                      {"enable.partition.eof", "true"},
                                                                      {"fetch.wait.max.ms", "10"}}) {
    rd_kafka_conf_set(conf, name.c_str(), value.c_str(), nullptr, 0);
  }
  return {rd_kafka_new(RD_KAFKA_CONSUMER, conf, nullptr, 0), &rd_kafka_destroy};
}

// Kafka answers a commit before its markers are in the partitions: a reader of committed messages may meet an
// end in front of them. The end is where the partition ended for everybody when we began.
inline std::int64_t end_of(rd_kafka_t* everybody, const std::string& topic, int partition) {
  std::int64_t low = 0, high = -1;
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{60};
  for (;;) {  // a broker that has just come back does not lead its partitions yet
    const auto code =
        rd_kafka_query_watermark_offsets(everybody, topic.c_str(), partition, &low, &high, 30000);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return high;
    if (std::chrono::steady_clock::now() >= until) {
      ADD_FAILURE() << topic << "/" << partition << ": " << rd_kafka_err2str(code);
      return high;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{50});  // between two looks
  }
}

inline std::vector<ReadMessage> read_topic(const std::string& bootstrap, const std::string& topic,
                                           int partitions, const char* isolation = "read_committed") {
  const Consumer everybody = consumer(bootstrap, "read_uncommitted");
  const Consumer client = consumer(bootstrap, isolation);
  const std::unique_ptr<rd_kafka_topic_t, void (*)(rd_kafka_topic_t*)> handle(
      rd_kafka_topic_new(client.get(), topic.c_str(), nullptr), &rd_kafka_topic_destroy);
  std::vector<ReadMessage> all;
  for (int partition = 0; partition < partitions; ++partition) {
    const std::int64_t last = end_of(everybody.get(), topic, partition);
    rd_kafka_consume_start(handle.get(), partition, RD_KAFKA_OFFSET_BEGINNING);
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    for (bool end = false; !end;) {
      rd_kafka_message_t* message = rd_kafka_consume(handle.get(), partition, 100);
      if (message != nullptr && message->err == RD_KAFKA_RESP_ERR_NO_ERROR)
        all.push_back(copy_message(*message));
      end = message != nullptr && message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF && message->offset >= last;
      if (message != nullptr) rd_kafka_message_destroy(message);
      if (!end && std::chrono::steady_clock::now() > until) {
        ADD_FAILURE() << topic << "/" << partition << ": its end was not reached";
        end = true;
      }
    }
    rd_kafka_consume_stop(handle.get(), partition);
  }
  return all;
}

}  // namespace calsync::tests
