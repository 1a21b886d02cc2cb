#include "connectors/kafka/kafka_error.hpp"

#include <librdkafka/rdkafka.h>

namespace calsync {
namespace {

bool is_fence(int code) {
  return code == RD_KAFKA_RESP_ERR__FENCED || code == RD_KAFKA_RESP_ERR_PRODUCER_FENCED ||
         code == RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH;
}

bool is_poison(int code) {
  return code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE || code == RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE ||
         code == RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE || code == RD_KAFKA_RESP_ERR_INVALID_RECORD;
}

std::string name_of(int code) {
  return rd_kafka_err2name(static_cast<rd_kafka_resp_err_t>(code));
}

}  // namespace

const char* to_text(KafkaClass kind) {
  switch (kind) {
    case KafkaClass::ok:
      return "ok";
    case KafkaClass::retriable:
      return "retriable";
    case KafkaClass::abortable:
      return "abortable";
    case KafkaClass::poison:
      return "poison";
    case KafkaClass::fenced:
      return "fenced";
    case KafkaClass::fatal:
      return "fatal";
  }
  return "?";
}

KafkaError classify_call(int code, KafkaFlags flags, const std::string& text) {
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  const std::string line = name_of(code) + ": " + text;
  if (flags.fatal) return {is_fence(code) ? KafkaClass::fenced : KafkaClass::fatal, line};
  if (flags.requires_abort) return {is_poison(code) ? KafkaClass::poison : KafkaClass::abortable, line};
  if (flags.retriable) return {KafkaClass::retriable, line};
  return {is_fence(code) ? KafkaClass::fenced : KafkaClass::fatal, line};
}

KafkaError classify_message(int code) {
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  const std::string line = name_of(code) + ": " + rd_kafka_err2str(static_cast<rd_kafka_resp_err_t>(code));
  if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL) return {KafkaClass::retriable, line};
  if (is_poison(code)) return {KafkaClass::poison, line};
  if (is_fence(code)) return {KafkaClass::fenced, line};
  if (code == RD_KAFKA_RESP_ERR__FATAL) return {KafkaClass::fatal, line};
  return {KafkaClass::abortable, line};
}

}  // namespace calsync
