#include "state/events/schema.hpp"

#include "state/events/asyncapi.hpp"
#include "state/events/pretty_json.hpp"
#include "state/events/schema_parts.hpp"

namespace calsync {
namespace {

using namespace schema;

Json person() {
  return object({{"id", or_null(integer())}, {"name", or_null(text())}, {"email", or_null(text())}});
}

Json host() {
  return object({{"id", or_null(integer())},
                 {"name", or_null(text())},
                 {"email", or_null(text())},
                 {"timeZone", or_null(text())}});
}

Json attendee() {
  return object({{"name", or_null(text())},
                 {"email", or_null(text())},
                 {"timeZone", or_null(text())},
                 {"language", or_null(text())},
                 {"phone", or_null(text())},
                 {"absent", flag()},
                 {"seatUid", or_null(text())}});
}

Json payment() {
  return object({{"id", or_null(integer())},
                 {"amount", or_null(integer())},
                 {"currency", or_null(text())},
                 {"externalId", or_null(text())},
                 {"success", or_null(flag())},
                 {"refunded", or_null(flag())}});
}

Json event_type_of_booking() {
  return object({{"id", or_null(integer())}, {"slug", or_null(text())}, {"title", or_null(text())}});
}

Json rescheduled_from() {
  return object(
      {{"uid", name()}, {"start", or_null(instant())}, {"end", or_null(instant())}, {"by", or_null(text())}});
}

Json booking() {
  return object({
      {"uid", described(name(), "Cal.com's uid; a rescheduled booking has a new one")},
      {"id", or_null(integer())},
      {"chain", described(name(), "uid of the first booking of the reschedule chain: the Kafka key")},
      {"status", or_null(one_of({"pending", "accepted", "awaiting_host", "cancelled", "rejected"}))},
      {"title", or_null(text())},
      {"description", or_null(text())},
      {"start", or_null(instant())},
      {"end", or_null(instant())},
      {"durationMinutes", or_null(integer())},
      {"eventType", or_null(event_type_of_booking())},
      {"team", or_null(object({{"id", or_null(integer())}, {"name", or_null(text())}}))},
      {"hosts", list_of(defined("host"))},
      {"attendees", list_of(defined("attendee"))},
      {"responses", described(free_object(), "answers to the booking questions, by slug")},
      {"metadata", described(free_object(), "as given when it was booked")},
      {"location", or_null(text())},
      {"videoCallUrl", or_null(text())},
      {"price", described(or_null(integer()), "in the currency's smallest unit")},
      {"currency", or_null(text())},
      {"paid", flag()},
      {"payment", or_null(payment())},
      {"seats", or_null(integer())},
      {"seriesUid", or_null(text())},
      {"rescheduledFrom", or_null(rescheduled_from())},
      {"rescheduledTo", or_null(text())},
      {"cancellation", or_null(object({{"reason", or_null(text())}, {"by", or_null(text())}}))},
      {"rejectionReason", or_null(text())},
  });
}

Json out_of_office() {
  return object({{"id", or_null(integer())},
                 {"uuid", or_null(text())},
                 {"start", described(or_null(date()), "first day")},
                 {"end", described(or_null(date()), "last day, included")},
                 {"reason", or_null(text())},
                 {"notes", or_null(text())},
                 {"user", or_null(person())},
                 {"standIn", or_null(person())}});
}

Json change() {
  return object({{"pointer", described(text(), "RFC 6901, inside the booking or entry")},
                 {"from", anything()},
                 {"to", anything()}});
}

// What every value begins and ends with; `fact` is what it is about.
Json value_of(const EventType& type) {
  boost::json::object schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                             {"$id", schema_id(type.name)},
                             {"title", "calsync." + std::string(type.name)},
                             {"description", type.what}};
  const Json envelope = object({{"sequence", integer()}});
  for (const auto& [key, member] : envelope.as_object()) schema.emplace(key, member);
  return schema;
}

}  // namespace

std::map<std::string, std::string> schema_files() {
  std::map<std::string, std::string> files;
  for (const auto& type : event_types())
    files.emplace("schemas/" + std::string(type.name) + ".json", pretty_json(value_of(type)));
  files.emplace("asyncapi.json", pretty_json(asyncapi_document()));
  return files;
}

}  // namespace calsync
