#include "tests/schemas/asyncapi.hpp"

#include "state/events/schema.hpp"
#include "tests/schemas/schema_parts.hpp"

namespace calsync {
namespace {

using namespace schema;
using boost::json::array;

struct Channel {
  Topic topic;
  std::string_view key;
  std::string_view what;
  int partitions;
};

constexpr Channel channels[] = {
    {Topic::bookings,
     "uid of the first booking of the reschedule chain (`id:<bookingId>` where there is no uid)",
     "What happens to bookings; in order per booking, through all its reschedules.", 6},
    {Topic::ooo, "user id", "Out-of-office entries.", 1},
    {Topic::forms, "form id", "Answers to routing forms.", 1},
    {Topic::system, "trigger", "Reports of Cal.com about itself, and deliveries of unknown kinds.", 1},
    {Topic::config, "address of the resource, such as `eventType/academic-editors/dissertation-review`",
     "What calsync did to the organisation, and where it drifted.", 1},
};

std::string component_name(std::string_view event_type) {
  std::string name(event_type);
  // Component names are [a-zA-Z0-9._-], but code generators dislike dots.
  for (auto& c : name)
    if (c == '.') c = '_';
  return name;
}

Json reference(const std::string& path) {
  return Json{{"$ref", path}};
}

// The CloudEvents attributes in Kafka's binary mode (DESIGN §8). All are text.
Json headers(std::string_view type) {
  const Json number{{"type", "string"}, {"pattern", "^[1-9][0-9]*$"}};
  return Json{
      {"type", "object"},
      {"required", array{"ce_specversion", "ce_id", "ce_source", "ce_type", "ce_subject", "ce_time",
                         "ce_dataschema", "content-type", "ce_sequence", "ce_keysequence", "ce_rawsequence",
                         "ce_recordhash", "ce_origin"}},
      {"properties",
       {{"ce_specversion", constant("1.0")},
        {"ce_id", described(name(), "<log id>/<sequence>: unique for ever")},
        {"ce_source", described(Json{{"type", "string"}, {"pattern", "^/calsync/"}},
                                "/calsync/<organisation id>, or /calsync/local")},
        {"ce_type", constant("calsync." + std::string(type))},
        {"ce_subject", described(name(), "booking uid, out-of-office uuid, form id, trigger, else raw/<n>")},
        {"ce_time", described(instant(), "when it happened")},
        {"ce_dataschema", constant(schema_id(type))},
        {"content-type", constant("application/json")},
        {"ce_sequence", described(number, "place in the log of events; grows, no gaps over all topics")},
        {"ce_keysequence", described(number, "place among the events of this topic and key, gapless from 1")},
        {"ce_rawsequence", described(number, "the delivery that it was made from")},
        {"ce_recordhash",
         described(Json{{"type", "string"}, {"pattern", "^[0-9a-f]{64}$"}}, "hash chain of the log")},
        {"ce_origin", one_of({"webhook", "poll", "apply"})},
        {"ce_causedby", described(name(), "the call of ours that caused it, where known")}}}};
}

Json message(const EventType& type, std::string_view key) {
  return Json{{"name", "calsync." + std::string(type.name)},
              {"title", type.name},
              {"summary", type.what},
              {"contentType", "application/json"},
              {"headers", headers(type.name)},
              {"payload",
               {{"schemaFormat", "application/schema+json;version=draft-2020-12"},
                {"schema", reference("./schemas/" + std::string(type.name) + ".json")}}},
              {"bindings", {{"kafka", {{"key", described(name(), key)}, {"bindingVersion", "0.5.0"}}}}}};
}

Json channel(const Channel& c) {
  boost::json::object messages;
  for (const auto& type : event_types) {
    if (type.topic != c.topic) continue;
    const auto name = component_name(type.name);
    messages.emplace(name, reference("#/components/messages/" + name));
  }
  for (const auto& type : replacement_types) {
    const auto name = component_name(type.name);
    messages.emplace(name, reference("#/components/messages/" + name));
  }
  const std::string topic = to_text(c.topic);
  return Json{{"address", "{prefix}" + topic},
              {"title", topic},
              {"description", c.what},
              {"parameters", {{"prefix", reference("#/components/parameters/prefix")}}},
              {"messages", std::move(messages)},
              {"bindings", {{"kafka", {{"partitions", c.partitions}, {"bindingVersion", "0.5.0"}}}}}};
}

Json state_channel() {
  return Json{
      {"address", "{prefix}booking-state"},
      {"title", "booking-state"},
      {"description", "The newest view of each booking: compacted; no value where the booking was erased."},
      {"parameters", {{"prefix", reference("#/components/parameters/prefix")}}},
      {"messages", {{"booking_state", reference("#/components/messages/booking_state")}}},
      {"bindings",
       {{"kafka",
         {{"partitions", 6},
          {"topicConfiguration", {{"cleanup.policy", array{"compact"}}}},
          {"bindingVersion", "0.5.0"}}}}}};
}

Json state_message() {
  return Json{
      {"name", "booking-state"},
      {"title", "booking-state"},
      {"summary", "The booking as its newest event shows it."},
      {"contentType", "application/json"},
      {"payload",
       {{"schemaFormat", "application/schema+json;version=draft-2020-12"},
        {"schema", reference("./schemas/booking-state.json")}}},
      {"bindings", {{"kafka", {{"key", described(name(), "booking uid")}, {"bindingVersion", "0.5.0"}}}}}};
}

Json operation(const std::string& channel_name) {
  return Json{{"action", "send"}, {"channel", reference("#/channels/" + channel_name)}};
}

constexpr std::string_view about =
    "Cal.com bookings and out-of-office entries as CloudEvents 1.0 in Kafka's binary mode, published exactly "
    "once by calsyncd: in one transaction "
    "with its cursor, in order per key. Consumers must set isolation.level=read_committed. Within a schema's "
    "version only "
    "optional additions are made.";

}  // namespace

Json asyncapi_document() {
  boost::json::object channel_list, operations, messages;
  for (const auto& c : channels) {
    const std::string topic = to_text(c.topic);
    channel_list.emplace(topic, channel(c));
    operations.emplace("publish_" + topic, operation(topic));
    for (const auto& type : event_types)
      if (type.topic == c.topic) messages.emplace(component_name(type.name), message(type, c.key));
  }
  for (const auto& type : replacement_types)
    messages.emplace(component_name(type.name),
                     message(type, "the key of the event in whose place it stands"));
  channel_list.emplace("booking-state", state_channel());
  operations.emplace("publish_booking_state", operation("booking-state"));
  messages.emplace("booking_state", state_message());
  return Json{{"asyncapi", "3.0.0"},
              {"info", {{"title", "calsync events"}, {"version", "1.0.0"}, {"description", about}}},
              {"defaultContentType", "application/json"},
              {"channels", std::move(channel_list)},
              {"operations", std::move(operations)},
              {"components",
               {{"parameters",
                 {{"prefix", {{"default", "calsync."}, {"description", "the setting kafka.topic_prefix"}}}}},
                {"messages", std::move(messages)}}}};
}

}  // namespace calsync
