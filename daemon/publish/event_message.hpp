// A domain event as Kafka messages: a CloudEvent 1.0 in binary mode, and the state of its bookings (DESIGN
// §8). Pure.
#pragma once
#include "connectors/kafka/broker.hpp"
#include "daemon/publish/publish_steps.hpp"
#include "state/events/event_record.hpp"

namespace calsync {

struct MessageContext {
  LogId log;
  std::string source;                     // ce_source
  std::string prefix, suffix;             // topic = prefix + name + suffix
  std::map<std::string, int> partitions;  // topic without prefix → count
};

// The event itself first. `now` bounds the message timestamp, which is the event's time: a broker refuses a
// later one. tombstone: ce_type calsync.event.oversize in the event's own place (topic, key, key sequence),
// so that the order goes on (P12); its value is
// {"sequence","occurredAt","origin","oversize":{"type","bytes","sha256"},"raw"}. An erased event: ce_type
// calsync.event.erased, value {"sequence","erased":true,"raw"}.
std::vector<KafkaMessage> messages_of(const StoredEvent& stored, const MessageContext& context,
                                      EventForm form, Instant now);
KafkaMessage cursor_message(const CursorRecord& cursor, const MessageContext& context);

}  // namespace calsync
