#include "daemon/project/told_event.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <charconv>

namespace calsync {
namespace json = boost::json;
namespace {

struct NotOurs {
  std::string what;
};

const std::string& header(const KafkaEvent& told, std::string_view name) {
  const auto found = told.headers.find(name);
  if (found == told.headers.end()) throw NotOurs{"it has no header " + std::string(name)};
  return found->second;
}

std::uint64_t number(const KafkaEvent& told, std::string_view name) {
  const std::string& text = header(told, name);
  std::uint64_t value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (status != std::errc{} || end != text.data() + text.size() || value == 0)
    throw NotOurs{"its header " + std::string(name) + " is no number"};
  return value;
}

Origin origin_in(const KafkaEvent& told) {
  for (const Origin origin : {Origin::webhook, Origin::poll, Origin::apply})
    if (header(told, "ce_origin") == to_text(origin)) return origin;
  throw NotOurs{"its header ce_origin is not known"};
}

EventRecord event_in(const KafkaEvent& told) {
  constexpr std::string_view start = "calsync.";
  EventRecord event;
  event.sequence = EventSequence{number(told, "ce_sequence")};
  event.raw = RawSequence{number(told, "ce_rawsequence")};
  event.topic = told.topic;
  event.key = EventKey{told.key};
  event.key_sequence = KeySequence{number(told, "ce_keysequence")};
  event.type = header(told, "ce_type");
  if (!event.type.starts_with(start)) throw NotOurs{"its header ce_type is not ours"};
  event.type.erase(0, start.size());
  event.subject = header(told, "ce_subject");
  const auto time = parse_instant(header(told, "ce_time"));
  if (!time) throw NotOurs{"its header ce_time is no time"};
  event.time = *time;
  event.origin = origin_in(told);
  if (const auto cause = told.headers.find("ce_causedby"); cause != told.headers.end())
    event.caused_by = cause->second;
  event.value = told.value;
  event.states = told.states;
  return event;
}

Topic topic_named(std::string_view name) {
  for (const Topic topic : all_topics)
    if (name == to_text(topic)) return topic;
  throw NotOurs{"its topic is not known"};
}

json::object to_json(const KafkaEvent& told) {
  json::object headers;
  for (const auto& [name, value] : told.headers) headers[name] = value;
  json::array states;
  for (const StateValue& state : told.states)
    states.push_back(json::object{{"uid", state.uid.value()}, {"value", state.json}});
  return {{"topic", to_text(told.topic)},
          {"key", told.key},
          {"headers", std::move(headers)},
          {"value", told.value},
          {"states", std::move(states)}};
}

KafkaEvent from_json(const json::object& object) {
  KafkaEvent told;
  told.topic = topic_named(object.at("topic").as_string());
  told.key = object.at("key").as_string();
  for (const auto& [name, value] : object.at("headers").as_object())
    told.headers.emplace(std::string(name), std::string(value.as_string()));
  told.value = object.at("value").as_string();
  for (const json::value& state : object.at("states").as_array())
    told.states.push_back({BookingUid{std::string(state.as_object().at("uid").as_string())},
                           std::string(state.as_object().at("value").as_string())});
  return told;
}

RejoinRecord record_in(const json::object& object) {
  RejoinRecord record;
  if (object.contains("waiting")) {
    record.kind = RejoinRecord::Kind::waiting;
  } else if (const json::value* lost = object.if_contains("lost")) {
    record.kind = RejoinRecord::Kind::lost;
    record.raw = RawSequence{lost->to_number<std::uint64_t>()};
  } else if (const json::value* events = object.if_contains("events")) {
    record.kind = RejoinRecord::Kind::events;
    record.raw = RawSequence{object.at("raw").to_number<std::uint64_t>()};
    for (const json::value& event : events->as_array()) record.events.push_back(from_json(event.as_object()));
  } else if (!object.contains("end")) {
    throw NotOurs{"its kind is not known"};
  }
  return record;
}

}  // namespace

Result<ToldEvent> read_told(const KafkaEvent& told) try {
  ToldEvent out;
  out.event = event_in(told);
  const auto hash = digest_from_hex(header(told, "ce_recordhash"));
  if (!hash) throw NotOurs{"its header ce_recordhash is no hash"};
  out.hash = *hash;
  const std::string& id = header(told, "ce_id");
  out.log = LogId{id.substr(0, id.find('/'))};
  return out;
} catch (const NotOurs& why) {
  return Error{Errc::foreign, std::string("a message in topic ") + to_text(told.topic) +
                                  " was not written by calsyncd: " + why.what};
}

std::string encode(const RejoinRecord& record) {
  switch (record.kind) {
    case RejoinRecord::Kind::waiting:
      return R"({"waiting":true})";
    case RejoinRecord::Kind::lost:
      return "{\"lost\":" + std::to_string(record.raw.value()) + "}";
    case RejoinRecord::Kind::end:
      return R"({"end":true})";
    case RejoinRecord::Kind::events:
      break;
  }
  json::array events;
  for (const KafkaEvent& told : record.events) events.push_back(to_json(told));
  return json::serialize(json::object{{"raw", record.raw.value()}, {"events", std::move(events)}});
}

Result<RejoinRecord> decode_rejoin(std::string_view body) try {
  const json::value value = json::parse(json::string_view(body.data(), body.size()));
  return record_in(value.as_object());
} catch (const NotOurs& why) {
  return Error{Errc::foreign, "a record of a rejoin cannot be read: " + why.what};
} catch (const std::exception&) {  // Boost.JSON's way of saying that it is not so
  return Error{Errc::foreign, "a record of a rejoin cannot be read: use the newer calsync that wrote it"};
}

}  // namespace calsync
