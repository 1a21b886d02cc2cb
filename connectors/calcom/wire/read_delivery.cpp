#include "connectors/calcom/wire/read_delivery.hpp"

#include "connectors/calcom/wire/json_document.hpp"
#include "connectors/calcom/wire/payloads.hpp"
#include "state/events/email.hpp"

#include <algorithm>

namespace calsync {
namespace {

namespace json = boost::json;
using K = BookingKind;

// One row per trigger of CONTRACT §11.4. Newer names, whose shapes nobody described, are unknown until seen.
struct Trigger {
  std::string_view name;
  Said (*read)(const Fields& payload);
  bool flat = false;  // the booking's row stands where others have an envelope
};
template <K kind>
Said booking(const Fields& payload) {
  return read_booking(kind, payload);
}
template <K kind>
Said meeting(const Fields& payload) {
  return read_meeting(kind, payload);
}
template <K kind>
Said absence(const Fields& payload) {
  return read_absence(kind, payload);
}
template <K kind>
Said recording(const Fields& payload) {
  return read_recording(kind, payload);
}
template <FormKind kind>
Said form(const Fields& payload) {
  return read_form(kind, payload);
}
Said ping(const Fields&) {
  return Nothing{};
}

constexpr Trigger triggers[] = {
    {"BOOKING_CREATED", booking<K::created>},
    {"BOOKING_REQUESTED", booking<K::requested>},
    {"BOOKING_RESCHEDULED", booking<K::rescheduled>},
    {"BOOKING_CANCELLED", booking<K::cancelled>},
    {"BOOKING_REJECTED", booking<K::rejected>},
    {"BOOKING_PAYMENT_INITIATED", booking<K::payment_initiated>},
    {"BOOKING_PAID", booking<K::paid>},
    {"BOOKING_NO_SHOW_UPDATED", read_no_show_update},
    {"MEETING_STARTED", meeting<K::meeting_started>, true},
    {"MEETING_ENDED", meeting<K::meeting_ended>, true},
    {"RECORDING_READY", recording<K::recording_ready>},
    {"RECORDING_TRANSCRIPTION_GENERATED", recording<K::recording_transcribed>},
    {"INSTANT_MEETING", read_instant_meeting},
    {"OOO_CREATED", read_ooo},
    {"AFTER_HOSTS_CAL_VIDEO_NO_SHOW", absence<K::host_no_show>},
    {"AFTER_GUESTS_CAL_VIDEO_NO_SHOW", absence<K::guest_no_show>},
    {"FORM_SUBMITTED", form<FormKind::submitted>},
    {"FORM_SUBMITTED_NO_EVENT", form<FormKind::submitted_without_booking>},
    {"ROUTING_FORM_FALLBACK_HIT", form<FormKind::fallback_hit>},
    {"DELEGATION_CREDENTIAL_ERROR", read_delegation_error},
    {"WRONG_ASSIGNMENT_REPORT", read_wrong_assignment},
    {"PING", ping, true},  // the UI's test button
};

void collect_people(const json::value& value, std::vector<std::string>& found) {  // at most 64 levels deep
  if (const auto* object = value.if_object()) {
    for (const auto& [name, member] : *object)
      if (name != "iCalUID") collect_people(member, found);  // "…@Cal.com" is no person
  } else if (const auto* array = value.if_array()) {
    for (const auto& member : *array) collect_people(member, found);
  } else if (const auto* text = value.if_string()) {
    collect_emails({text->data(), text->size()}, found);
  }
}

bool is_name(std::string_view trigger) {
  return !trigger.empty() && trigger.size() <= 64 && std::all_of(trigger.begin(), trigger.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

std::string not_json(std::string_view content_type, const std::string& problem) {
  const bool form = content_type.find("form-urlencoded") != std::string_view::npos;
  return problem + (form ? ": the output of a payload template, sent as a form" : "");
}

Said read_trigger(std::string_view name, const json::object& root, std::vector<std::string>& warnings) {
  const Fields fields(root, warnings);
  const auto payload = fields.object("payload");
  const auto* known = std::find_if(std::begin(triggers), std::end(triggers),
                                   [&](const Trigger& t) { return t.name == name; });
  if (known == std::end(triggers)) return read_unknown(root, payload ? &*payload : nullptr);
  if (payload) return known->read(*payload);
  if (known->flat) return known->read(fields);
  return Unreadable{"no payload object: the output of a payload template?"};
}

}  // namespace

Observation read_delivery(std::string_view body, std::string_view content_type) {
  Observation out;
  const JsonDocument document(body);
  if (!document.readable()) {
    out.said = Unreadable{not_json(content_type, document.problem())};
    return out;
  }
  const auto* root = document.object();
  if (!root) {
    out.said = Unreadable{"JSON, but no object: the output of a payload template whose values broke it?"};
    return out;
  }
  for (const auto& [name, member] : *root) collect_people(member, out.people);
  sort_unique(out.people);
  const auto* trigger = root->if_contains("triggerEvent");
  if (!trigger || !trigger->is_string()) {
    out.said = Unreadable{"no triggerEvent: the output of a payload template?"};
    return out;
  }
  const std::string_view name(trigger->get_string().data(), trigger->get_string().size());
  if (!is_name(name)) {
    out.said = Unreadable{"triggerEvent is not a name in capitals"};
    return out;
  }
  out.trigger = name;
  out.created_at = Fields(*root, out.warnings).instant("createdAt");
  out.said = read_trigger(name, *root, out.warnings);
  return out;
}

}  // namespace calsync
