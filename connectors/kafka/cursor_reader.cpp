#include "connectors/kafka/cursor_reader.hpp"

#include "connectors/kafka/rdkafka.hpp"

#include <algorithm>

namespace calsync {
namespace {

struct Reading {
  rd_kafka_topic_t* topic = nullptr;
  std::int64_t end = 0;  // the last stable offset when we asked
  rdkafka::CallLimit limit;
};

std::string_view value_of(const rd_kafka_message_t& message) {
  return {static_cast<const char*>(message.payload), message.len};
}

// From `from` to the end. Aborted records are left out by the client; control records and compaction leave
// holes.
Result<std::optional<std::string>> last_value(const Reading& reading, std::int64_t from) {
  std::optional<std::string> last;
  while (!reading.limit.over()) {
    const rdkafka::ReceivedMessage message(rd_kafka_consume(reading.topic, 0, 100));
    if (message == nullptr) continue;
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      if (message->offset >= reading.end) return last;
      continue;
    }
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR)
      return rdkafka::to_result(message->err, "read the cursor topic");
    if (message->offset < from) continue;
    if (message->payload != nullptr) last = std::string(value_of(*message));
    if (message->offset + 1 >= reading.end) return last;
  }
  return Error{Errc::timeout, "read the cursor topic: its end was not reached within 5 s"};
}

Result<std::optional<std::string>> scan_from(const Reading& reading, std::int64_t from) {
  if (rd_kafka_consume_start(reading.topic, 0, from) != 0) {
    return rdkafka::to_result(rd_kafka_last_error(), "read the cursor topic");
  }
  auto last = last_value(reading, from);
  rd_kafka_consume_stop(reading.topic, 0);
  return last;
}

}  // namespace

Result<std::optional<CursorRecord>> read_last_cursor(const KafkaOptions& options, const std::string& name) {
  CALSYNC_TRY(
      client, "read cursor",
      rdkafka::Client::open(RD_KAFKA_CONSUMER, options,
                            {{"isolation.level", "read_committed"},
                             {"enable.partition.eof", "true"},
                             {"fetch.wait.max.ms", "10"},  // MEASURED: 26 ms for all of this, else 1 s
                             {"check.crcs", "true"}}));
  CALSYNC_TRY(topic, "read cursor", client.topic(name));
  const rdkafka::CallLimit limit;
  CALSYNC_CHECK("read cursor", client.partition_count(topic.get(), limit));
  std::int64_t low = 0, end = 0;  // with read_committed, the end is the last stable offset
  const auto code =
      rd_kafka_query_watermark_offsets(client.get(), name.c_str(), 0, &low, &end, limit.left_ms());
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return rdkafka::to_result(code, "offsets of " + name);
  // The last offsets are commit markers or aborted records: look back 64, then 8 times as far until something
  // is found.
  for (std::int64_t back = 64; end > low; back *= 8) {
    const std::int64_t from = std::max(low, end - back);
    CALSYNC_TRY(last, "read cursor", scan_from({topic.get(), end, limit}, from));
    if (last) {
      CALSYNC_TRY(cursor, "topic " + name, decode_cursor(*last));
      return std::optional(std::move(cursor));
    }
    if (from == low) break;
  }
  return std::optional<CursorRecord>{};
}

}  // namespace calsync
