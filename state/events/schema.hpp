// JSON Schemas (2020-12) of what a consumer reads, and the AsyncAPI document of the topics: text made from
// the same names that the events are written with. `calsync_schemas` writes them to deploy/; a test compares
// and validates. Pure. Owner: none.
#pragma once
#include "state/events/event_record.hpp"

#include <map>
#include <span>
#include <string>
#include <string_view>

namespace calsync {

// One kind of event: a row here gives its schema, its message in the AsyncAPI document, and a line for
// people.
struct EventType {
  std::string_view name;  // "booking.created"
  Topic topic;
  std::string_view what;  // when it is published
};
std::span<const EventType> event_types();

// "urn:calsync:schema:booking.created:1": the schema's $id and every event's ce_dataschema.
std::string schema_id(std::string_view event_type);

// File name below deploy/ → text: schemas/<type>.json, schemas/definitions.json, asyncapi.json.
std::map<std::string, std::string> schema_files();

}  // namespace calsync
