#include "connectors/calcom/wire/poll_record.hpp"

#include "connectors/calcom/wire/api_rows.hpp"
#include "connectors/calcom/wire/json_document.hpp"
#include "state/events/email.hpp"
#include "state/events/json_text.hpp"
#include "state/events/vanished.hpp"

#include <boost/json.hpp>

namespace calsync {
namespace {

namespace json = boost::json;

void collect(const json::value& value, std::vector<std::string>& found) {  // at most 64 levels deep
  if (const auto* object = value.if_object()) {
    for (const auto& [name, member] : *object)
      if (name != "icsUid") collect(member, found);  // "…@Cal.com" is no person
  } else if (const auto* array = value.if_array()) {
    for (const auto& member : *array) collect(member, found);
  } else if (const auto* text = value.if_string()) {
    collect_emails({text->data(), text->size()}, found);
  }
}

Said read_booking_part(const Fields& root, std::optional<Instant> read_at) {
  if (auto uid = root.name("vanished")) {
    BookingObservation gone;
    gone.kind = BookingKind::vanished;
    gone.facts.uid = std::move(uid);
    gone.identity = vanished_identity;
    return gone;
  }
  const auto row = root.object("row");
  if (!row) return Unreadable{"a poll's record without a row"};
  Said said = read_api_booking(*row);
  auto* booking = std::get_if<BookingObservation>(&said);
  if (booking == nullptr) return said;
  if (root.boolean("confirmed") == true) booking->updated_at = read_at;
  if (const auto* ancestors = root.array("ancestors"))
    for (const auto& one : *ancestors)
      if (one.is_string()) booking->facts.ancestors.emplace_back(one.get_string());
  return said;
}

Said read_ooo_part(const Fields& root, std::optional<Instant> read_at) {
  Said said = Unreadable{"a poll's record without a row"};
  if (const auto row = root.object("row"))
    said = read_api_ooo(*row, root.object("user"), root.object("toUser"));
  if (const auto gone = root.object("deleted")) {
    OooObservation deleted;
    deleted.from_api = deleted.deleted = true;
    deleted.id = gone->integer("id");
    deleted.uuid = gone->name("uuid");
    if (deleted.id || deleted.uuid) said = std::move(deleted);
  }
  if (auto* ooo = std::get_if<OooObservation>(&said)) ooo->updated_at = read_at;
  return said;
}

JsonObject open_record(std::string& out, std::string_view kind, Instant read_at) {
  JsonObject object(out);
  object.add("poll", kind).add("readAt", read_at);
  return object;
}

std::string person_json(const std::optional<PollPerson>& person) {
  if (!person) return {};
  std::string out;
  JsonObject object(out);
  object.add("id", Integer::of(person->id))
      .add("email", std::string_view(person->email))
      .add("name", person->name)
      .end();
  return out;
}

}  // namespace

Observation read_poll_record(std::string_view body) {
  Observation out;
  const JsonDocument document(body);
  const json::object* root = document.object();
  if (root == nullptr) {
    out.said = Unreadable{"a poll's record that is no JSON object"};
    return out;
  }
  for (const auto& [name, member] : *root) collect(member, out.people);
  sort_unique(out.people);
  const Fields fields(*root, out.warnings);
  const auto kind = fields.name("poll");
  const auto read_at = fields.instant("readAt");
  if (kind == "booking")
    out.said = read_booking_part(fields, read_at);
  else if (kind == "ooo")
    out.said = read_ooo_part(fields, read_at);
  else
    out.said = Unreadable{"a poll's record of a kind that this version does not know"};
  out.created_at = read_at;
  return out;
}

std::string booking_record(Instant read_at, bool confirmed, std::string_view row,
                           const std::vector<std::string>& ancestors) {
  std::string out;
  JsonObject object = open_record(out, "booking", read_at);
  if (confirmed) object.add("confirmed", true);
  if (!ancestors.empty()) object.add_text("ancestors", json::serialize(json::value_from(ancestors)));
  object.add_text("row", row).end();
  return out;
}

std::string vanished_record(Instant read_at, std::string_view uid) {
  std::string out;
  JsonObject object = open_record(out, "booking", read_at);
  object.add("vanished", uid).end();
  return out;
}

std::string ooo_record(Instant read_at, std::string_view row, const std::optional<PollPerson>& user,
                       const std::optional<PollPerson>& stand_in) {
  std::string out;
  JsonObject object = open_record(out, "ooo", read_at);
  object.add_text("row", row)
      .add_text("user", person_json(user))
      .add_text("toUser", person_json(stand_in))
      .end();
  return out;
}

std::string ooo_deleted_record(Instant read_at, std::optional<std::int64_t> id, std::string_view uuid) {
  std::string out;
  JsonObject object = open_record(out, "ooo", read_at);
  JsonObject gone(object.key("deleted"));
  gone.add("id", id ? std::optional(Integer::of(*id)) : std::nullopt).add("uuid", uuid).end();
  object.end();
  return out;
}

}  // namespace calsync
