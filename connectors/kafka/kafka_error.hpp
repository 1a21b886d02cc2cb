// What an answer of librdkafka means for the one who asked: five things to do, not two hundred codes. Pure.
// RELIABILITY §3.2; librdkafka's own flags decide where it gives them, its code where it gives none.
#pragma once
#include <cstdint>
#include <string>

namespace calsync {

enum class KafkaClass : std::uint8_t {
  ok,
  retriable,  // make the very same call again: it goes on where it was (F9)
  abortable,  // abort this transaction, then send its events again
  poison,     // as abortable, and it is the message itself that will never be taken (too large)
  fenced,     // the handle is dead: a newer instance, or our own transaction timed out; only the cursor tells
              // which (F8)
  fatal,      // the handle is dead
};
const char* to_text(KafkaClass kind);

struct KafkaError {
  KafkaClass kind = KafkaClass::ok;
  std::string text{};  // one line; empty where ok
  [[nodiscard]] bool ok() const { return kind == KafkaClass::ok; }
};

struct KafkaFlags {
  bool fatal = false, retriable = false, requires_abort = false;
};
// `code` is a rd_kafka_resp_err_t. A transactional call: without any flag the handle is not trusted (fatal).
KafkaError classify_call(int code, KafkaFlags flags, const std::string& text);
// A produce() that was not taken, or a failed delivery report: any of them aborts (F7), a full queue apart.
KafkaError classify_message(int code);

}  // namespace calsync
