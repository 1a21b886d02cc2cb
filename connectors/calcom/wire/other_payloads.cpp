#include "connectors/calcom/wire/payloads.hpp"
#include "connectors/calcom/wire/redact.hpp"
#include "connectors/calcom/wire/secret_names.hpp"
#include "state/events/json_text.hpp"

#include <algorithm>

namespace calsync {
namespace {

namespace json = boost::json;

std::optional<OooPerson> read_ooo_person(const Fields& entry, std::string_view name) {
  const auto person = entry.object(name);
  if (!person) return std::nullopt;
  return OooPerson{person->integer("id"), read_person_email(*person, "email"),
                   read_person_name(*person, "name")};
}

// The day as written: UTC wall clock under the user's offset (CONTRACT §11.6), which converting would shift.
std::optional<std::string> read_day(const Fields& entry, std::string_view name) {
  const auto text = entry.name(name);
  if (!text) return std::nullopt;
  auto day = parse_date_part(*text);
  if (day) return std::move(*day);
  entry.warn(std::string(name) + " is no date");
  return std::nullopt;
}

void add_person(JsonObject& out, std::string_view name, const std::optional<Fields>& person) {
  if (!person) {
    out.add_text(name, "");
    return;
  }
  JsonObject one(out.key(name));
  one.add("id", person->integer("id"))
      .add("email", read_person_email(*person, "email"))
      .add("name", read_person_name(*person, "name"))
      .end();
}

}  // namespace

Said read_ooo(const Fields& payload) {
  const auto entry = payload.object("oooEntry");
  if (!entry) return Unreadable{"no oooEntry is given"};
  OooObservation out;
  out.id = entry->integer("id");
  out.uuid = entry->name("uuid");
  if (!out.id && !out.uuid) return Unreadable{"the oooEntry has neither uuid nor id"};
  out.start = read_day(*entry, "start");
  out.end = read_day(*entry, "end");
  if (!out.start || !out.end) return Unreadable{"the oooEntry has no start and end dates"};
  out.notes = entry->text("notes");
  if (const auto reason = entry->object("reason")) out.reason = reason->text("reason");
  constexpr std::string_view prefix = "ooo_reasons_";  // Cal.com's own reasons; the API names them without it
  if (out.reason && out.reason->starts_with(prefix)) out.reason->erase(0, prefix.size());
  out.user = read_ooo_person(*entry, "user");
  out.stand_in = read_ooo_person(*entry, "toUser");
  out.updated_at = entry->instant("updatedAt");
  return out;
}

Said read_form(FormKind kind, const Fields& payload) {
  FormObservation out;
  out.kind = kind;
  out.id = payload.name("formId");
  if (!out.id) return Unreadable{"no formId is given"};
  out.name = payload.text("formName");
  out.team_id = payload.integer("teamId");
  out.response_id = payload.integer("responseId");
  out.action = json_or_empty(payload.find(kind == FormKind::fallback_hit ? "fallbackAction" : "redirect"));
  const auto responses = payload.object("responses");
  if (!responses) return out;
  for (const auto& [question, response] : responses->raw()) {
    const auto fields = payload.as_object(response);
    const auto* value = fields ? fields->find("value") : &response;
    if (!value || value->is_null() || names_a_secret(question)) continue;
    out.responses.emplace_back(std::string(question), json_or_empty(value));
  }
  std::sort(out.responses.begin(), out.responses.end());
  return out;
}

Said read_delegation_error(const Fields& payload) {
  SystemObservation out;
  out.kind = SystemKind::delegation_credential_error;
  const auto error = payload.object("error");
  const auto credential = payload.object("credential");
  const auto user = payload.object("user");
  if (!error && !credential) return Unreadable{"neither error nor credential is given"};
  JsonObject detail(out.detail);
  JsonObject what(detail.key("error"));
  const auto type = error ? error->name("type") : std::nullopt;
  what.add("type", type).add("message", error ? error->text("message") : std::nullopt).end();
  JsonObject where(detail.key("credential"));
  where.add("id", credential ? credential->integer("id") : std::nullopt);
  where.add("type", credential ? credential->name("type") : std::nullopt);
  where.add("appId", credential ? credential->name("appId") : std::nullopt).end();
  add_person(detail, "user", user);
  detail.end();
  JsonObject identity(out.identity);  // per user and type: it may storm (CONTRACT §11.6)
  identity.add("user", user ? user->integer("id") : std::nullopt)
      .add("email", user ? read_person_email(*user, "email") : std::nullopt);
  identity.add("type", type).end();
  return out;
}

Said read_wrong_assignment(const Fields& payload) {
  SystemObservation out;
  out.kind = SystemKind::assignment_reported_wrong;
  const auto booking = payload.object("booking");
  const auto report = payload.object("report");
  if (!booking || !report) return Unreadable{"booking or report is missing"};
  out.booking_uid = booking->name("uid");
  JsonObject detail(out.detail);
  JsonObject about(detail.key("booking"));
  about.add("uid", out.booking_uid).add("id", booking->integer("id")).add("title", booking->text("title"));
  about.add("start", booking->instant("startTime")).add("end", booking->instant("endTime")).end();
  JsonObject said(detail.key("report"));
  add_person(said, "reportedBy", report->object("reportedBy"));
  add_person(said, "host", report->object("host"));
  said.add("firstAssignmentReason", report->text("firstAssignmentReason"))
      .add("guest", report->text("guest"));
  said.add("correctAssignee", report->text("correctAssignee"))
      .add("additionalNotes", report->text("additionalNotes"))
      .end();
  detail.end();
  out.identity = short_hash(out.detail);
  return out;
}

Said read_unknown(const json::object& root, const Fields* payload) {
  SystemObservation out;
  json::object without_stamp = root;
  without_stamp.erase("createdAt");
  const json::value content(std::move(without_stamp));
  out.identity = short_hash(json_or_empty(&content));
  if (payload) out.booking_uid = payload->name("uid");
  if (payload && !out.booking_uid) out.booking_uid = payload->name("bookingUid");
  return out;
}

}  // namespace calsync
