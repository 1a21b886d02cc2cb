#include "connectors/calcom/wire/payloads.hpp"
#include "connectors/calcom/wire/redact.hpp"
#include "state/events/email.hpp"
#include "state/events/json_text.hpp"

namespace calsync {
namespace {

namespace json = boost::json;

std::string instant_identity(const std::optional<Instant>& at) {
  return at ? to_text(*at) : std::string();
}

// Who was in the room, without the room's own ids.
std::string participants_json(const Fields& payload) {
  const auto* participants = payload.array("participants");
  if (!participants) return {};
  std::string out = "[";
  for (const auto& entry : *participants) {
    const auto person = payload.as_object(entry);
    if (!person) continue;
    if (out.size() > 1) out += ',';
    JsonObject one(out);
    one.add("name", read_person_name(*person, "user_name")).add("email", read_person_email(*person, "email"));
    one.add("durationSeconds", person->integer("duration")).end();
  }
  return out + "]";
}

// The formats of the transcription's links; the links themselves are as good as keys.
std::string formats_json(const Fields& payload, const Fields& links) {
  std::string out = "[";
  if (const auto* transcription = links.array("transcription"))
    for (const auto& one : *transcription) {
      const auto fields = payload.as_object(one);
      const auto format = fields ? fields->name("format") : std::nullopt;
      if (format) append_json(out += out.size() > 1 ? "," : "", *format);
    }
  return out + "]";
}

}  // namespace

// A row of the booking as it was when the job was made: old news, except that the meeting has begun or ended.
Said read_meeting(BookingKind kind, const Fields& payload) {
  BookingObservation out;
  out.kind = kind;
  BookingFacts& facts = out.facts;
  read_common(payload, facts);
  if (!facts.id) facts.id = payload.integer("id");
  if (!facts.uid && !facts.id) return Unreadable{"neither uid nor id is given"};
  facts.status = read_status(payload);
  facts.series_uid = payload.name("recurringEventId");
  if (const auto user = payload.object("user")) {
    facts.organizer = read_person(*user);
    facts.organizer->id = payload.integer("userId");
  }
  if (const auto metadata = payload.object("metadata")) {
    facts.video_call_url = metadata->text("videoCallUrl");
    json::object own = metadata->raw();
    own.erase("videoCallUrl");
    facts.metadata.emplace();
    append_redacted(*facts.metadata, json::value(std::move(own)));
  }
  if (auto old = payload.name("fromReschedule"); old && old != facts.uid)
    facts.rescheduled_from =
        RescheduledFrom{std::move(*old), std::nullopt, std::nullopt, payload.text("rescheduledBy")};
  out.identity = instant_identity(facts.start);
  return out;
}

Said read_absence(BookingKind kind, const Fields& payload) {
  BookingObservation out;
  out.kind = kind;
  BookingFacts& facts = out.facts;
  facts.uid = payload.name("bookingUid");
  facts.id = payload.integer("bookingId");
  if (!facts.uid && !facts.id) return Unreadable{"neither bookingUid nor bookingId is given"};
  facts.title = payload.text("title");
  facts.start = payload.instant("startTime");
  facts.end = payload.instant("endTime");
  if (payload.array("attendees")) facts.attendees = read_people(payload, "attendees");
  if (const auto event_type = payload.object("eventType")) facts.event_type_id = event_type->integer("id");
  const auto host = read_person_email(payload, "hostEmail");
  if (host) facts.known_hosts.push_back(*host);
  if (host) out.identity = lower_ascii(*host);
  JsonObject detail(out.detail);
  detail.add("hostEmail", host).add_text("participants", participants_json(payload)).end();
  return out;
}

Said read_recording(BookingKind kind, const Fields& payload) {
  BookingObservation out;
  out.kind = kind;
  read_common(payload, out.facts);
  if (!out.facts.id) out.facts.id = payload.integer("id");
  std::optional<std::string> link = payload.secret("downloadLink");
  std::string formats = "[]";
  if (const auto links = payload.object("downloadLinks")) {
    if (auto recording = links->secret("recording")) link = std::move(recording);
    formats = formats_json(payload, *links);
  }
  if (!link && !out.facts.uid && !out.facts.id) return Unreadable{"neither a booking nor a link is given"};
  out.identity = link ? short_hash(*link) : std::string();
  JsonObject detail(out.detail);
  // Which recording, without the link, which is as good as a key to it.
  if (link)
    detail.add("recording", out.identity);
  else
    detail.add_text("recording", "");
  if (kind == BookingKind::recording_transcribed) detail.add_text("formats", formats);
  detail.end();
  return out;
}

Said read_instant_meeting(const Fields& payload) {
  BookingObservation out;
  out.kind = BookingKind::instant_meeting;
  BookingFacts& facts = out.facts;
  read_common(payload, facts);
  if (!facts.event_type_title) facts.event_type_title = payload.text("eventTypeTitle");
  facts.status = BookingStatus::awaiting_host;
  std::optional<std::string> link = payload.secret("connectAndJoinUrl");
  if (!link) link = payload.secret("url");
  if (!facts.uid && !facts.id && !link) return Unreadable{"neither a booking nor a link is given"};
  if (!facts.uid && !facts.id) out.identity = short_hash(*link);
  if (const auto responses = payload.object("responses"); responses && !facts.attendees) {
    PersonFacts caller;
    caller.name = read_person_name(*responses, "name");
    caller.email = read_person_email(*responses, "email");
    if (caller.name || caller.email) facts.attendees = std::vector<PersonFacts>{std::move(caller)};
  }
  JsonObject detail(out.detail);
  detail.add("message", payload.text("body")).end();
  return out;
}

}  // namespace calsync
