#include "connectors/calcom/wire/payloads.hpp"
#include "connectors/calcom/wire/redact.hpp"
#include "connectors/calcom/wire/secret_names.hpp"
#include "state/base/crypto.hpp"
#include "state/events/email.hpp"
#include "state/events/json_text.hpp"

#include <algorithm>

namespace calsync {

namespace json = boost::json;

std::string json_or_empty(const json::value* value) {
  std::string out;
  if (value && !value->is_null()) append_redacted(out, *value);
  return out;
}

std::string short_hash(std::string_view text) {
  const Digest digest = sha256(text);
  return to_hex(std::span(digest).first(16));
}

std::optional<std::string> read_person_name(const Fields& from, std::string_view name) {
  auto found = from.text(name);
  return found == "Nameless" ? std::nullopt : std::move(found);
}

std::optional<std::string> read_person_email(const Fields& from, std::string_view name) {
  auto found = from.text(name);
  return found && equal_ignoring_case(*found, "Email-less") ? std::nullopt : std::move(found);
}

PersonFacts read_person(const Fields& person) {
  PersonFacts out;
  out.id = person.integer("id");
  out.name = read_person_name(person, "name");
  out.email = read_person_email(person, "email");
  out.time_zone = person.name("timeZone");
  out.phone = person.text("phoneNumber");
  if (const auto language = person.object("language")) out.language = language->name("locale");
  if (!out.language) out.language = person.name("locale");
  if (const auto seat = person.object("bookingSeat")) out.seat_uid = seat->name("referenceUid");
  return out;
}

std::vector<PersonFacts> read_people(const Fields& from, std::string_view name) {
  std::vector<PersonFacts> out;
  if (const auto* people = from.array(name))
    for (const auto& person : *people)
      if (const auto fields = from.as_object(person)) out.push_back(read_person(*fields));
  return out;
}

std::optional<BookingStatus> read_status(const Fields& payload) {
  const auto text = payload.name("status");
  if (!text) return std::nullopt;
  const std::string status = lower_ascii(*text);  // upper case in webhooks, lower case in the API
  for (const auto known : {BookingStatus::awaiting_host, BookingStatus::pending, BookingStatus::accepted,
                           BookingStatus::rejected, BookingStatus::cancelled})
    if (status == to_text(known)) return known;
  payload.warn("status is not one that is known");
  return std::nullopt;
}

namespace {

// {label, value?, isHidden?} or the bare answer; an unanswered question has no value. {value, optionValue}
// with an empty optionValue is the value.
const json::value* answer_of(const json::value& response) {
  const auto* object = response.if_object();
  if (!object) return &response;
  if (object->contains("label") || object->contains("isHidden")) {
    const auto* value = object->if_contains("value");
    return value ? answer_of(*value) : nullptr;
  }
  const auto* option = object->if_contains("optionValue");
  const auto* value = object->if_contains("value");
  const bool plain =
      option && value && object->size() == 2 && option->is_string() && option->get_string().empty();
  return plain ? value : &response;
}

}  // namespace

void read_metadata(const Fields& payload, BookingFacts& facts) {
  const auto metadata = payload.object("metadata");
  if (!metadata) return;
  if (auto url = metadata->text("videoCallUrl")) facts.video_call_url = std::move(url);
  json::object own = metadata->raw();
  own.erase("videoCallUrl");
  facts.metadata.emplace();
  append_redacted(*facts.metadata, json::value(std::move(own)));
}

void read_responses(const Fields& payload, std::vector<std::pair<std::string, std::string>>& out) {
  const auto responses = payload.object("responses");
  if (!responses) return;
  for (const auto& [slug, response] : responses->raw()) {
    const auto* answer = answer_of(response);
    if (!answer || answer->is_null() || names_a_secret(slug)) continue;
    auto& added = out.emplace_back(std::string(slug), std::string());
    append_redacted(added.second, *answer);
  }
  std::sort(out.begin(), out.end());
}

namespace {

void read_event_type(const Fields& payload, BookingFacts& facts) {
  facts.event_type_id = payload.integer("eventTypeId");
  facts.event_type_title = payload.text("eventTitle");
  const auto event_type = payload.object("eventType");
  if (!event_type) return;
  if (!facts.event_type_id) facts.event_type_id = event_type->integer("id");
  facts.event_type_slug = event_type->name("slug");
  if (!facts.event_type_title) facts.event_type_title = event_type->text("title");
  if (const auto* hosts = event_type->array("hosts"))
    for (const auto& host : *hosts)
      if (const auto fields = payload.as_object(host))
        if (const auto user = fields->object("user"))
          if (auto email = read_person_email(*user, "email")) facts.known_hosts.push_back(std::move(*email));
}

}  // namespace

void read_common(const Fields& payload, BookingFacts& facts) {
  facts.uid = payload.name("uid");
  facts.id = payload.integer("bookingId");
  facts.title = payload.text("title");
  facts.start = payload.instant("startTime");
  facts.end = payload.instant("endTime");
  facts.location = payload.text("location");
  read_event_type(payload, facts);
  if (const auto organizer = payload.object("organizer")) facts.organizer = read_person(*organizer);
  if (payload.array("attendees")) facts.attendees = read_people(payload, "attendees");
  read_responses(payload, facts.responses);
}

}  // namespace calsync
