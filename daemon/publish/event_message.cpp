#include "daemon/publish/event_message.hpp"

#include "connectors/kafka/partition.hpp"
#include "daemon/publish/topic_set.hpp"
#include "state/events/schema.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace calsync {
namespace json = boost::json;
namespace {

struct Attributes {
  std::string id, type, subject, time;
};

std::vector<KafkaHeader> cloud_event(const MessageContext& context, Attributes a) {
  const std::string schema = schema_id(a.type);
  return {
      {"ce_specversion", "1.0"},        {"ce_id", std::move(a.id)},           {"ce_source", context.source},
      {"ce_type", "calsync." + a.type}, {"ce_subject", std::move(a.subject)}, {"ce_time", std::move(a.time)},
      {"ce_dataschema", schema},        {"content-type", "application/json"}};
}

std::string id_of(const MessageContext& context, EventSequence sequence) {
  return context.log.value() + "/" + std::to_string(sequence.value());
}

std::int32_t partition_in(const MessageContext& context, std::string_view topic, std::string_view key) {
  const auto found = context.partitions.find(std::string(topic));
  return found == context.partitions.end() ? 0 : partition_of(key, std::max(1, found->second));
}

std::string oversize_value(const EventRecord& event) {
  return json::serialize(json::object{{"sequence", event.sequence.value()},
                                      {"occurredAt", to_text(event.time)},
                                      {"origin", to_text(event.origin)},
                                      {"oversize", json::object{{"type", event.type},
                                                                {"bytes", event.value.size()},
                                                                {"sha256", to_hex(sha256(event.value))}}},
                                      {"raw", event.raw.value()}});
}

std::string erased_value(const EventRecord& event) {
  return json::serialize(
      json::object{{"sequence", event.sequence.value()}, {"erased", true}, {"raw", event.raw.value()}});
}

std::pair<std::string, std::string> type_and_value(const EventRecord& event, EventForm form) {
  if (event.erased) return {"event.erased", erased_value(event)};
  if (form != EventForm::whole) return {"event.oversize", oversize_value(event)};
  return {event.type, event.value};
}

KafkaMessage event_message(const StoredEvent& stored, const MessageContext& context, EventForm form) {
  const EventRecord& event = stored.event;
  auto [type, value] = type_and_value(event, form);
  const std::string subject =
      event.subject.empty() ? "raw/" + std::to_string(event.raw.value()) : event.subject;
  KafkaMessage message;
  message.topic = context.prefix + to_text(event.topic) + context.suffix;
  message.key = event.key.value();
  message.partition = partition_in(context, to_text(event.topic), message.key);
  message.value = std::move(value);
  message.headers =
      cloud_event(context, {id_of(context, event.sequence), std::move(type), subject, to_text(event.time)});
  message.headers.insert(message.headers.end(),
                         {{"ce_sequence", std::to_string(event.sequence.value())},
                          {"ce_keysequence", std::to_string(event.key_sequence.value())},
                          {"ce_rawsequence", std::to_string(event.raw.value())},
                          {"ce_recordhash", to_hex(stored.hash)},
                          {"ce_origin", to_text(event.origin)}});
  if (!event.caused_by.empty()) message.headers.push_back({"ce_causedby", event.caused_by});
  return message;
}

// ce_id differs from the event's: source and id together must be unique, and a state is not the event.
KafkaMessage state_message(const StateValue& state, const EventRecord& event, const MessageContext& context) {
  KafkaMessage message;
  message.topic = context.prefix + std::string(state_topic) + context.suffix;
  message.key = state.uid.value();
  message.partition = partition_in(context, state_topic, message.key);
  if (!state.json.empty()) message.value = state.json;
  message.headers = cloud_event(context, {id_of(context, event.sequence) + "/" + state.uid.value(),
                                          "booking-state", state.uid.value(), to_text(event.time)});
  message.headers.push_back({"ce_sequence", std::to_string(event.sequence.value())});
  return message;
}

}  // namespace

std::vector<KafkaMessage> messages_of(const StoredEvent& stored, const MessageContext& context,
                                      EventForm form, Instant now) {
  std::vector<KafkaMessage> messages{event_message(stored, context, form)};
  if (form != EventForm::tombstone_without_state) {
    for (const StateValue& state : stored.event.states)
      messages.push_back(state_message(state, stored.event, context));
  }
  for (KafkaMessage& message : messages) message.timestamp = std::min(stored.event.time, now);
  return messages;
}

KafkaMessage cursor_message(const CursorRecord& cursor, const MessageContext& context) {
  KafkaMessage message;
  message.topic = context.prefix + std::string(cursor_topic);
  message.key = cursor.log.value();
  message.value = encode(cursor);
  message.headers = cloud_event(
      context, {id_of(context, cursor.sequence), "cursor", cursor.log.value(), to_text(cursor.at)});
  message.timestamp = cursor.at;
  return message;
}

}  // namespace calsync
