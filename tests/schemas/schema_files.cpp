#include "tests/schemas/schema_files.hpp"

#include "config/desired/describe.hpp"
#include "state/events/schema.hpp"
#include "state/views/booking_json.hpp"
#include "tests/schemas/asyncapi.hpp"
#include "tests/schemas/pretty_json.hpp"
#include "tests/schemas/schema_parts.hpp"

#include <boost/json/serialize.hpp>

#include <stdexcept>

namespace calsync {
namespace {

using namespace schema;

Json origin() {
  boost::json::array values;
  for (const auto origin : {Origin::webhook, Origin::poll, Origin::apply})
    values.emplace_back(to_text(origin));
  return Json{{"enum", std::move(values)}};
}

Json digest() {
  return Json{{"type", "string"}, {"pattern", "^[0-9a-f]{64}$"}};
}

Json person() {
  return object({{"id", or_null(integer())}, {"email", or_null(text())}, {"name", or_null(text())}});
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
                 {"externalId", or_null(text())},
                 {"amount", or_null(integer())},
                 {"currency", or_null(text())},
                 {"success", or_null(flag())},
                 {"refunded", or_null(flag())}});
}

Json booking_status() {
  boost::json::array values;
  for (const auto status : {BookingStatus::awaiting_host, BookingStatus::pending, BookingStatus::accepted,
                            BookingStatus::rejected, BookingStatus::cancelled})
    values.emplace_back(to_text(status));
  return Json{{"enum", std::move(values)}};
}

Json event_type_of_booking() {
  return object({{"id", or_null(integer())}, {"slug", or_null(text())}, {"title", or_null(text())}});
}

Json rescheduled_from() {
  return object(
      {{"uid", name()}, {"start", or_null(instant())}, {"end", or_null(instant())}, {"by", or_null(text())}});
}

// By the names of the very table that the values are written with, in its order: a field without a row here
// is an error.
Json booking() {
  const std::map<std::string_view, Json> shapes{
      {"uid", described(or_null(name()), "Cal.com's uid; a rescheduled booking has a new one")},
      {"id", or_null(integer())},
      {"chain",
       described(or_null(name()), "uid of the first booking of the reschedule chain: the Kafka key")},
      {"status", or_null(booking_status())},
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
      {"videoCallUrl", described(or_null(text()), "without passwords and tokens")},
      {"price", described(or_null(integer()), "in the currency's smallest unit")},
      {"currency", or_null(text())},
      {"paid", flag()},
      {"payment", or_null(payment())},
      {"seats",
       or_null(object({{"total", integer()}, {"taken", described(integer(), "as far as it was told")}}))},
      {"seriesUid", or_null(text())},
      {"rescheduledFrom", or_null(rescheduled_from())},
      {"rescheduledTo", described(or_null(name()), "the uid that this booking was moved to")},
      {"cancellation", or_null(object({{"reason", or_null(text())}, {"by", or_null(text())}}))},
      {"rejectionReason", or_null(text())},
  };
  Members members;
  for (const auto field : booking_fields) members.emplace_back(field, shapes.at(field));
  if (members.size() != shapes.size())
    throw std::logic_error("schema.cpp describes fields that booking_fields does not have");
  return object(members);
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

Json form() {
  return object(
      {{"id", name()},
       {"name", or_null(text())},
       {"teamId", or_null(integer())},
       {"responseId", or_null(integer())},
       {"responses", described(free_object(), "answers, by question")},
       {"action", described(anything(), "where the answers led (redirect or fallbackAction), or null")}});
}

Json delegation_error() {
  const Json error = object({{"type", or_null(text())}, {"message", or_null(text())}});
  const Json credential =
      object({{"id", or_null(integer())}, {"type", or_null(text())}, {"appId", or_null(text())}});
  return object({{"error", error}, {"credential", credential}, {"user", or_null(person())}});
}

Json assignment_report() {
  const Json about = object({{"uid", or_null(text())},
                             {"id", or_null(integer())},
                             {"title", or_null(text())},
                             {"start", or_null(instant())},
                             {"end", or_null(instant())}});
  const Json report = object({{"reportedBy", or_null(person())},
                              {"host", or_null(person())},
                              {"firstAssignmentReason", or_null(text())},
                              {"guest", or_null(text())},
                              {"correctAssignee", or_null(text())},
                              {"additionalNotes", or_null(text())}});
  return object({{"booking", about}, {"report", report}});
}

Json unknown_delivery() {
  return object({{"trigger", text()},
                 {"sequence", described(integer(), "the record in the log that holds the body")},
                 {"sha256", digest()},
                 {"size", described(integer(), "bytes of the body")}});
}

Json erased_person() {
  return object({{"person", described(name(), "tells two erasures of one log apart; of no use elsewhere")},
                 {"records", integer()},
                 {"events", integer()},
                 {"bookings", integer()},
                 {"upto", described(integer(), "the last raw record that was looked at")}});
}

Json system_fact(std::string_view type) {
  if (type == "subject.erased") return erased_person();
  if (type == "delegation_credential.error") return delegation_error();
  return type == "assignment.reported_wrong" ? assignment_report() : unknown_delivery();
}

Json list_or_null(Json item) {
  Json list = list_of(std::move(item));
  list.as_object()["type"] = boost::json::array{"array", "null"};
  return list;
}

Json config_fact() {
  return object(
      {{"address", name()},
       {"kind", name()},
       {"action", described(or_null(text()), "create, update, disable or remove")},
       {"commit", described(or_null(text()), "of the configuration repository")},
       {"why", described(or_null(text()), "of a failure, or of a revision that is not taken")},
       {"reason", described(or_null(text()), "of a suspension, as a person gave it")},
       {"lastClean", described(or_null(instant()), "of drift: when it was last seen as applied")},
       {"firstDirty", described(or_null(instant()), "of drift: when it was first seen otherwise")},
       {"since",
        described(list_or_null(object(
                      {{"pointer", text()}, {"lastClean", or_null(instant())}, {"firstDirty", instant()}})),
                  "of drift: the same of each field")},
       {"good", described(or_null(Json{{"type", "boolean"}}), "of a revision: it is in force now")},
       {"planned", described(list_or_null(object({{"address", name()}, {"action", name()}})), "of a plan")},
       {"refused", described(list_or_null(object({{"address", text()}, {"what", text()}})),
                             "of a plan: what would be unsafe")}});
}

// What an event tells beside the booking's state; null where there is nothing.
Json detail(std::string_view type) {
  const Json recording = described(or_null(text()), "tells recordings of one booking apart; never the link");
  if (type == "recording.ready") return object({{"recording", recording}});
  if (type == "recording.transcribed")
    return object({{"recording", recording}, {"formats", list_of(text())}});
  if (type == "instant_meeting.requested") return object({{"message", or_null(text())}});
  if (type == "booking.erased")
    return object(
        {{"firstPrice", described(or_null(integer()), "as it was first told, in minor units: for invoices")},
         {"currency", or_null(text())}});
  if (!type.ends_with("_no_show")) return Json{{"type", "null"}};
  const Json participant = object(
      {{"name", or_null(text())}, {"email", or_null(text())}, {"durationSeconds", or_null(integer())}});
  return object({{"hostEmail", or_null(text())}, {"participants", list_or_null(participant)}});
}

Json change() {
  return object({{"pointer", described(text(), "RFC 6901, inside the booking or entry")},
                 {"from", anything()},
                 {"to", anything()}});
}

Members::value_type fact_of(const EventType& type) {
  switch (type.topic) {
    case Topic::ooo:
      return {"ooo", out_of_office()};
    case Topic::forms:
      return {"form", form()};
    case Topic::system:
      return {"system", system_fact(type.name)};
    case Topic::config:
      return {"config", config_fact()};
    default:
      return {"detail", detail(type.name)};
  }
}

// The parts that this schema refers to, and no others.
Json definitions(const Json& schema) {
  const std::pair<std::string_view, Json> known[] = {
      {"booking", booking()}, {"host", host()}, {"attendee", attendee()}};
  boost::json::object used;
  std::string text = boost::json::serialize(schema);
  for (const auto& [name, part] : known) {
    if (text.find("\"#/$defs/" + std::string(name) + "\"") == std::string::npos) continue;
    used.emplace(name, part);
    text += boost::json::serialize(part);  // a part may refer to later ones
  }
  return used;
}

Json document(std::string_view id, std::string_view title, std::string_view what, const Json& schema) {
  boost::json::object document{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                               {"$id", schema_id(id)},
                               {"title", title},
                               {"description", what}};
  for (const auto& [key, member] : schema.as_object()) document.emplace(key, member);
  if (auto parts = definitions(schema); !parts.as_object().empty())
    document.emplace("$defs", std::move(parts));
  return document;
}

// What every value begins and ends with; between them what it is about.
Json value_of(const EventType& type) {
  const bool of_booking = type.topic == Topic::bookings;
  return object({{"sequence", described(integer(), "place in the log of events")},
                 {"occurredAt", described(instant(), "when it happened, as Cal.com says")},
                 {"observedAt", described(instant(), "when we learned it")},
                 {"origin", origin()},
                 {"trigger", described(or_null(text()), "Cal.com's trigger")},
                 {"booking", of_booking ? defined("booking") : Json{{"type", "null"}}},
                 fact_of(type),
                 {"changes", list_of(change())},
                 {"raw", described(integer(), "the record in the log that it was made from")}});
}

Json oversize_value() {
  return object({{"sequence", integer()},
                 {"occurredAt", instant()},
                 {"origin", origin()},
                 {"oversize", object({{"type", name()}, {"bytes", integer()}, {"sha256", digest()}})},
                 {"raw", integer()}});
}

Json erased_value() {
  return object({{"sequence", integer()}, {"erased", Json{{"const", true}}}, {"raw", integer()}});
}

}  // namespace

std::map<std::string, std::string> schema_files() {
  std::map<std::string, std::string> files;
  const auto add = [&](std::string_view name, std::string_view title, std::string_view what,
                       const Json& schema) {
    files.emplace("schemas/" + std::string(name) + ".json", pretty_json(document(name, title, what, schema)));
  };
  for (const auto& type : event_types)
    add(type.name, "calsync." + std::string(type.name), type.what, value_of(type));
  for (const auto& type : replacement_types)
    add(type.name, "calsync." + std::string(type.name), type.what,
        type.name == "event.erased" ? erased_value() : oversize_value());
  add("booking-state", "calsync.booking-state", "A booking as its newest event shows it.", booking());
  files.emplace("asyncapi.json", pretty_json(asyncapi_document()));
  files.emplace("reference/config.schema.json", pretty_json(config_schema()));
  files.emplace("reference/configuration.md", config_reference());
  return files;
}

}  // namespace calsync
