#include "config/resources/values.hpp"
#include "connectors/calcom/resources/resource_json.hpp"

#include <boost/json.hpp>

#include <charconv>

namespace calsync {
namespace json = boost::json;
namespace {

// Numbers as numbers: a UUID stays a text.
json::value id_value(const std::string& id) {
  std::int64_t number = 0;
  const auto [end, failed] = std::from_chars(id.data(), id.data() + id.size(), number);
  return failed == std::errc() && end == id.data() + id.size() ? json::value(number) : json::value(id);
}

class Writer {
 public:
  Writer(const json::object& resource, const Names& names) : resource_(resource), names_(names) {}

  Result<json::object> members(std::span<const Field> fields, const json::object& object) {
    json::object out;
    for (const Field& field : fields) {
      const json::value* value = object.if_contains(field.name);
      if (value == nullptr || field.mutability == Mutability::asserted) continue;
      CALSYNC_TRY(sent, std::string(field.name), one(field, *value));
      out[field.wire.empty() ? field.name : field.wire] = std::move(sent);
    }
    return out;
  }

 private:
  Result<json::value> one(const Field& field, const json::value& value) {
    if (field.refers != Reference::none && value.is_string())
      return id_of(field.refers, std::string(value.get_string()));
    if (field.type == FieldType::list && value.is_array()) {
      json::array out;
      for (const auto& item : value.get_array()) {
        CALSYNC_TRY(sent, "element", one(field.members.front(), item));
        out.push_back(std::move(sent));
      }
      return json::value(std::move(out));
    }
    if (field.type == FieldType::object && value.is_object() && !value.get_object().contains("disabled")) {
      CALSYNC_TRY(sent, "object", members(field.members, value.get_object()));
      return json::value(std::move(sent));
    }
    return value;
  }

  Result<json::value> id_of(Reference reference, const std::string& name) {
    std::optional<std::string> id;
    switch (reference) {
      case Reference::user:
        id = names_.id_of("user", "", name);
        break;
      case Reference::team:
        id = names_.id_of("team", "", name);
        break;
      case Reference::schedule:
        id = names_.id_of(
            "schedule",
            resource_.contains("email") ? text_in(resource_, "email") : text_in(resource_, "user"), name);
        break;
      case Reference::event_type:
        id = names_.id_of("eventType", text_in(resource_, "team"), name);
        break;
      case Reference::team_event_type:
        id = names_.id_of("eventType", name.substr(0, name.find('/')), name.substr(name.find('/') + 1));
        break;
      case Reference::none:
        break;
    }
    if (!id) return Error{Errc::not_found, "Cal.com has no " + name + " (yet)"};
    return id_value(*id);
  }

  const json::object& resource_;
  const Names& names_;
};

// What says whose it is stands in the path, not in the body.
void drop_owner(const ResourceKind& kind, json::object& body) {
  if (kind.name == "membership") body.erase("teamId");
  if (kind.name == "schedule") body.erase("ownerId");
  if (kind.name == "outOfOffice") body.erase("userId");
  if (kind.name == "workflow") body.erase("team");
  if (kind.name == "webhook")
    for (const std::string_view name : {"scope", "eventType"}) body.erase(name);
  if (kind.name == "eventType")
    for (const std::string_view name : {"teamId", "ownerId"}) body.erase(name);
  if (kind.name == "user") {
    body.erase("defaultScheduleId");  // set with the schedule: it may not be there yet
    if (const auto username = body.find("profile/username"); username != body.end()) {
      json::value value = std::move(username->value());  // a new member may move all others
      body.erase("profile/username");
      body["username"] = std::move(value);
    }
  }
}

// The server overwrites the time of day; what it accepts is exactly this form (CONTRACT §9).
void whole_days(json::object& body) {
  if (body.contains("start")) body["start"] = text_in(body, "start") + "T00:00:00.000Z";
  if (body.contains("end")) body["end"] = text_in(body, "end") + "T23:59:59.999Z";
}

}  // namespace

Result<json::object> to_wire(const ResourceKind& kind, const json::object& fields, const Names& names) {
  CALSYNC_TRY(body, "to Cal.com's words", Writer(fields, names).members(kind.fields, fields));
  drop_owner(kind, body);
  if (kind.name == "outOfOffice") whole_days(body);
  // An empty list is refused; the questions that are there by themselves, unchanged, say the same.
  if (json::value* questions = body.if_contains("bookingFields");
      questions != nullptr && *questions == json::array())
    *questions = json::array{json::object{{"slug", "notes"}, {"required", false}, {"hidden", false}}};
  return body;
}

}  // namespace calsync
