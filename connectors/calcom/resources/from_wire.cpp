#include "config/resources/values.hpp"
#include "connectors/calcom/resources/resource_json.hpp"
#include "state/events/email.hpp"

#include <boost/json.hpp>

namespace calsync {
namespace json = boost::json;
namespace {

const json::value* at_path(const json::object& row, std::string_view path) {
  const auto slash = path.find('/');
  const json::value* value = row.if_contains(path.substr(0, slash));
  if (slash == std::string_view::npos || value == nullptr) return value;
  return value->is_object() ? at_path(value->get_object(), path.substr(slash + 1)) : nullptr;
}

std::string number_text(const json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  return value.is_int64() || value.is_uint64() ? json::serialize(value) : std::string();
}

std::string_view kind_of(Reference reference) {
  switch (reference) {
    case Reference::user:
      return "user";
    case Reference::team:
      return "team";
    case Reference::schedule:
      return "schedule";
    case Reference::event_type:
    case Reference::team_event_type:
      return "eventType";
    case Reference::none:
      break;
  }
  return {};
}

class Reader {
 public:
  explicit Reader(const Names& names) : names_(names) {}

  json::object members(std::span<const Field> fields, const json::object& row) const {
    json::object out;
    for (const Field& field : fields) {
      const json::value* value = at_path(row, field.wire.empty() ? field.name : field.wire);
      if (value != nullptr && !value->is_null()) out[field.name] = one(field, *value);
    }
    return out;
  }

 private:
  json::value one(const Field& field, const json::value& value) const {
    if (field.refers != Reference::none && !value.is_string()) return name_of(field, value);
    if (field.type == FieldType::list && value.is_array()) {
      json::array out;
      for (const auto& item : value.get_array()) out.push_back(one(field.members.front(), item));
      return out;
    }
    if (field.type == FieldType::object && value.is_object() && !is_off(value.get_object()))
      return members(field.members, value.get_object());
    return value;
  }

  static bool is_off(const json::object& object) {
    return object.contains("disabled") && object.at("disabled") == true;
  }

  // An id that names nothing we saw is told as such: it can never equal a name of a file.
  json::value name_of(const Field& field, const json::value& id) const {
    const auto name = names_.name_of(kind_of(field.refers), number_text(id));
    json::value out(name ? *name : "(id " + number_text(id) + ")");
    return out;
  }

  const Names& names_;
};

void date_part(json::object& fields, std::string_view name) {
  json::value* value = fields.if_contains(name);
  if (value != nullptr && value->is_string() && value->get_string().size() > 10)
    *value = json::string(value->get_string().subview(0, 10));
}

// ROUND_ROBIN and roundRobin are both taken; files have the latter (CONTRACT §16).
void name_scheduling_type(json::object& fields) {
  json::value* type = fields.if_contains("schedulingType");
  if (type == nullptr || !type->is_string()) return;
  if (type->get_string() == "ROUND_ROBIN") *type = "roundRobin";
  if (type->get_string() == "COLLECTIVE") *type = "collective";
  if (type->get_string() == "MANAGED") *type = "managed";
}

// Made in the UI, and shown as {type: "unknown"}: a PATCH of such a list would delete them (CONTRACT §7).
void set_apart_unknown(Resource& resource, const json::object& row) {
  for (const std::string_view list : {"bookingFields", "locations"})
    if (has_unknown(row, list)) resource.beyond_api.emplace(list);
  json::value* places = resource.fields.if_contains("locations");
  if (places == nullptr || !places->is_array()) return;
  json::array known;
  for (const auto& place : places->get_array())
    if (!place.is_object() || text_in(place.get_object(), "type") != "unknown") known.push_back(place);
  if (known.empty())
    resource.fields.erase("locations");
  else
    *places = std::move(known);
}

void shape_event_type(json::object& fields, const json::object& row) {
  name_scheduling_type(fields);
  if (const json::value* questions = row.if_contains("bookingFields");
      questions != nullptr && questions->is_array())
    fields["bookingFields"] = questions_from_wire(questions->get_array());
  const json::value* everybody = fields.if_contains("assignAllTeamMembers");
  if (everybody != nullptr && everybody->is_bool() && everybody->get_bool())
    fields.erase("hosts");                            // computed
  if (fields.contains("team")) fields.erase("user");  // whose it is, not who made it
}

void shape_workflow(json::object& fields) {
  json::value* steps = fields.if_contains("steps");
  if (steps == nullptr || !steps->is_array()) return;
  for (auto& step : steps->get_array()) {
    if (!step.is_object()) continue;
    for (const std::string_view name : {"email", "phone"})
      if (text_in(step.get_object(), name).empty()) step.get_object().erase(name);
    if (const std::string email = text_in(step.get_object(), "email"); !email.empty())
      step.get_object()["email"] = lower_ascii(email);
  }
}

}  // namespace

std::string id_text(const json::object& row, std::string_view name) {
  const json::value* value = row.if_contains(name);
  return value == nullptr ? std::string() : number_text(*value);
}

Result<Resource> from_wire(const ResourceKind& kind, const json::object& row, const json::object& parents,
                           const Names& names) {
  Resource out;
  out.kind = &kind;
  out.id = id_text(row);
  out.fields = Reader(names).members(kind.fields, row);
  for (const auto& parent : parents) out.fields[parent.key()] = parent.value();
  if (kind.name == "outOfOffice") {
    date_part(out.fields, "start");
    date_part(out.fields, "end");
  }
  if (kind.name == "eventType") {
    shape_event_type(out.fields, row);
    set_apart_unknown(out, row);
  }
  if (kind.name == "workflow") shape_workflow(out.fields);
  out.address = address_of(kind, out.fields);
  if (out.address.empty() || out.id.empty())
    return Error{Errc::rejected, "Cal.com answered a " + std::string(kind.name) + " without what names it"};
  return out;
}

}  // namespace calsync
