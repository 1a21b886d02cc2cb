#include "daemon/admin/event_object.hpp"

#include <boost/json/serialize.hpp>

namespace calsync {

boost::json::object event_object(const StoredEvent& stored) {
  const EventRecord& event = stored.event;
  boost::json::object object{{"sequence", event.sequence.value()},
                             {"rawSequence", event.raw.value()},
                             {"topic", to_text(event.topic)},
                             {"key", event.key.value()},
                             {"keySequence", event.key_sequence.value()},
                             {"type", event.type},
                             {"subject", event.subject},
                             {"time", to_text(event.time)},
                             {"origin", to_text(event.origin)},
                             {"causedBy", nullptr},
                             {"erased", event.erased},
                             {"hash", to_hex(stored.hash)}};
  if (!event.caused_by.empty()) object["causedBy"] = event.caused_by;
  return object;
}

std::string event_json(const StoredEvent& stored) {
  std::string out = boost::json::serialize(event_object(stored));
  out.pop_back();
  out += ",\"value\":";
  out += stored.event.erased || stored.event.value.empty() ? "null" : stored.event.value;
  out += '}';
  return out;
}

}  // namespace calsync
