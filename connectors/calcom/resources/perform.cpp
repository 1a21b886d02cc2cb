#include "connectors/calcom/resources/perform.hpp"

#include "config/plan/compare.hpp"
#include "config/resources/values.hpp"
#include "connectors/calcom/api_answer.hpp"
#include "connectors/calcom/paging.hpp"
#include "connectors/calcom/resources/resource_json.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace calsync {
namespace json = boost::json;
namespace {

// The outcome is not known: it may have been done.
bool is_unknown(const Error& error) {
  return error.code == Errc::timeout || error.code == Errc::unavailable || error.code == Errc::io;
}

std::string_view top_level(std::string_view pointer) {
  pointer.remove_prefix(1);
  return pointer.substr(0, pointer.find('/'));
}

bool changes(const std::vector<FieldChange>& fields, std::string_view name) {
  return std::ranges::any_of(fields, [&](const FieldChange& one) { return top_level(one.pointer) == name; });
}

const json::value& value_of(const json::object& object, std::string_view name) {
  static const json::value none;
  const json::value* value = object.if_contains(name);
  return value != nullptr ? *value : none;
}

// Steps keep their identity by their id; files know their number (CONTRACT §8, §16).
void keep_step_ids(json::object& body, const json::object& row) {
  json::value* steps = body.if_contains("steps");
  const json::array* live = list_in(row, "steps");
  if (steps == nullptr || live == nullptr) return;
  for (auto& step : steps->get_array())
    for (const auto& other : *live)
      if (step.get_object().if_contains("stepNumber") != nullptr && other.is_object() &&
          value_of(step.get_object(), "stepNumber") == value_of(other.get_object(), "stepNumber"))
        step.get_object()["id"] = value_of(other.get_object(), "id");
}

}  // namespace

Result<Performed> Performer::perform(const Change& change) {
  if (change.action == Action::remove) return remove(change);
  if (change.action == Action::disable) return disable(change);
  const auto wanted = desired_.resources.find(change.address);
  if (wanted == desired_.resources.end())
    return Error{Errc::not_found, change.address + " is not in the files"};
  return change.action == Action::create ? create(change, wanted->second) : update(change, wanted->second);
}

Result<Performed> Performer::create(const Change& change, const Resource& wanted) {
  CALSYNC_TRY(there, "look first", find_by_name(wanted));
  if (there)
    return Error{Errc::conflict,
                 change.address + " is there already: it was made since the plan; plan again"};
  CALSYNC_TRY(body, "compose", body_of(wanted));
  CALSYNC_TRY(id, "create", post(wanted, body));
  learn(wanted, id);
  if (wanted.kind->name == "user") {
    live_.names.learn("user", id, "", text_in(wanted.fields, "email"));
    CALSYNC_CHECK("finish", finish_user(wanted, id, change.fields, true));
  }
  if (wanted.kind->name == "team") live_.names.learn("team", id, "", text_in(wanted.fields, "slug"));
  return read_back(change, wanted, id);
}

// What is made or renamed later in the plan may name it.
void Performer::learn(const Resource& wanted, const std::string& id) {
  const bool is_schedule = wanted.kind->name == "schedule";
  const char* name = wanted.kind->name == "user" ? "email" : wanted.fields.contains("slug") ? "slug" : "name";
  live_.names.learn(wanted.kind->name, id, text_in(wanted.fields, is_schedule ? "user" : "team"),
                    text_in(wanted.fields, name));
}

// CONTRACT §1: a POST that timed out may have worked, one that failed may have left half of it.
Result<std::string> Performer::post(const Resource& wanted, const json::object& body) {
  CALSYNC_TRY(target, "path", path(endpoints_of(wanted).create, wanted, ""));
  const std::string call = "POST " + target;
  auto answer = api_.send("POST", target, json::serialize(body), use_);
  if (!answer)
    return is_unknown(answer.error()) ? after_unknown_post(wanted, answer.error()) : answer.error();
  if (!answer->ok()) return after_unknown_post(wanted, answer->error(call));
  CALSYNC_TRY(data, call, read_data(*answer, call));
  const json::value& one = data.is_array() && !data.get_array().empty() ? data.get_array().front()
                                                                        : data;  // managed: parent first
  const std::string id = one.is_object() ? id_text(one.get_object()) : std::string();
  if (id.empty()) return Error{Errc::rejected, call + " answered nothing with an id"};
  return id;
}

Result<std::string> Performer::after_unknown_post(const Resource& wanted, const Error& why) {
  CALSYNC_TRY(there, "look whether it was made", find_by_name(wanted));
  if (there) return there->id;
  return Error{why.code, why.what + "; nothing was made"};
}

Result<Performed> Performer::update(const Change& change, const Resource& wanted) {
  const auto at = live_.resources.find(change.renamed_from.empty() ? change.address : change.renamed_from);
  if (at == live_.resources.end())
    return Error{Errc::conflict, change.address + " is not there any more: plan again"};
  const Resource known = at->second;
  CALSYNC_TRY(now, "look first", look_up(known, known.id));
  if (!now) return Error{Errc::conflict, change.address + " is not there any more: plan again"};
  CALSYNC_CHECK("look first", check_unmoved(change, known, *now));
  if (wanted.kind->name == "user") CALSYNC_CHECK("user", finish_user(wanted, known.id, change.fields, false));
  CALSYNC_TRY(body, "compose", patch_body(change, wanted, *now));
  if (!body.empty()) {
    auto patched = patch(known, body);
    if (!patched && !is_unknown(patched.error())) {
      CALSYNC_TRY(after, "look what was changed", read_back(change, wanted, known.id));
      if (after.not_taken.empty()) return after;  // refused, and done all the same (CONTRACT §16)
      return patched.error();
    }
  }
  if (wanted.kind->name == "team")
    live_.names.learn("team", known.id, "", text_in(wanted.fields, "slug"));
  else if (!change.renamed_from.empty())
    learn(wanted, known.id);
  CALSYNC_TRY(after, "read back", read_back(change, wanted, known.id));
  const bool asked_in_vain = std::ranges::any_of(after.not_taken, [&](const NotTaken& one) {
    return changes(change.fields, top_level(one.pointer)) && body.contains(top_level(one.pointer));
  });
  if (!asked_in_vain) return after;
  // Not kept, or overwritten by somebody at this very moment: what a second request does not change either is not taken.
  CALSYNC_CHECK("once more", patch(known, body));
  return read_back(change, wanted, known.id);
}

// P15: whoever moved something between plan and apply must not be overrun.
Result<void> Performer::check_unmoved(const Change& change, const Resource& then, const Resource& now) {
  for (const FieldChange& one : change.fields) {
    const std::string_view name = top_level(one.pointer);
    const Field* field = find_field(change.kind->fields, name);
    if (field == nullptr || field->mutability == Mutability::write_only) continue;
    if (!same(*field, value_of(then.fields, name), value_of(now.fields, name)))
      return Error{Errc::conflict,
                   change.address + "/" + std::string(name) + " was changed since the plan: plan again"};
  }
  return {};
}

Result<json::object> Performer::body_of(const Resource& wanted) {
  json::object fields = wanted.fields;
  if (wanted.kind->name == "user") fields.erase("username");  // taken for the e-mail by a POST (CONTRACT §5)
  fields.erase("defaultSchedule");                            // goes with the schedule
  CALSYNC_TRY(body, "compose", to_wire(*wanted.kind, fields, live_.names));
  if (wanted.kind->name == "schedule") {
    const auto user = desired_.resources.find("user/" + text_in(wanted.fields, "user"));
    body["isDefault"] = user != desired_.resources.end() &&
                        text_in(user->second.fields, "defaultSchedule") == text_in(wanted.fields, "name");
  }
  if (wanted.kind->name == "workflow") CALSYNC_CHECK("compose", name_verified(wanted, body));
  if (wanted.fields.contains("secret")) {
    CALSYNC_TRY(value, "secret", secret_(text_in(wanted.fields, "secret")));
    body["secret"] = value.reveal();
  }
  return body;
}

namespace {

std::string_view name_on_wire(const Field& field) {
  const std::string_view wire = field.wire.empty() ? field.name : field.wire;
  return wire == "profile/username" ? "username" : wire;
}

// All that is stated, as it will be, and what the server would reset without it.
json::object stated_and_sticky(const Resource& wanted, const Resource& live) {
  json::object fields = wanted.fields;
  for (const Field& field : wanted.kind->fields) {
    const bool stated = wanted.fields.contains(field.name);
    if (stated && field.mutability != Mutability::write_only)
      fields[field.name] =
          merged(field, value_of(wanted.fields, field.name), value_of(live.fields, field.name));
    else if (!stated && field.sticky && live.fields.contains(field.name))
      fields[field.name] = value_of(live.fields, field.name);
  }
  if (wanted.kind->name == "user") fields.erase("defaultSchedule");
  return fields;
}

// Of all that is composed what the change is about, and what goes along with it.
json::object part_of(const json::object& whole, const Change& change, const ResourceKind& kind) {
  json::object body;
  for (const Field& field : kind.fields) {
    const json::value* value = whole.if_contains(name_on_wire(field));
    const bool belongs = changes(change.fields, field.name) || field.sticky;
    if (value != nullptr && belongs && field.mutability != Mutability::create_only)
      body[name_on_wire(field)] = *value;
  }
  if (kind.name == "user") body.erase("organizationRole");
  if (kind.name == "outOfOffice" && (body.contains("start") || body.contains("end"))) {
    body["start"] = whole.at("start");  // one alone is refused
    body["end"] = whole.at("end");
  }
  return body;
}

bool holds_a_change(const json::object& body, const Change& change, const ResourceKind& kind) {
  return std::ranges::any_of(change.fields, [&](const FieldChange& one) {
    const Field* field = find_field(kind.fields, top_level(one.pointer));
    return field != nullptr && body.contains(name_on_wire(*field));
  });
}

}  // namespace

// Only what changes, and what the server would reset without it (CONTRACT §7, §16).
Result<json::object> Performer::patch_body(const Change& change, const Resource& wanted,
                                           const Resource& live) {
  CALSYNC_TRY(whole, "compose", to_wire(*wanted.kind, stated_and_sticky(wanted, live), live_.names));
  json::object body = part_of(whole, change, *wanted.kind);
  if (body.contains("secret")) {
    CALSYNC_TRY(value, "secret", secret_(text_in(wanted.fields, "secret")));
    body["secret"] = value.reveal();
  }
  if (wanted.kind->name == "workflow") {
    keep_step_ids(body, live_.rows[live.address]);
    CALSYNC_CHECK("compose", name_verified(wanted, body));
  }
  if (!holds_a_change(body, change, *wanted.kind)) body.clear();
  return body;
}

Result<void> Performer::patch(const Resource& live, const json::object& body) {
  CALSYNC_TRY(target, "path", path(endpoints_of(live).update, live, live.id));
  CALSYNC_TRY(answer, "PATCH", api_.send("PATCH", target, json::serialize(body), use_));
  if (!answer.ok()) return answer.error("PATCH " + target);
  return {};
}

Result<Performed> Performer::remove(const Change& change) {
  const auto at = live_.resources.find(change.address);
  if (at == live_.resources.end()) return Performed{};
  const Resource known = at->second;
  CALSYNC_TRY(target, "path", path(endpoints_of(known).remove, known, known.id));
  CALSYNC_TRY(answer, "DELETE", api_.send("DELETE", target, "", use_));
  const bool gone = answer.status == 404 || (known.kind->name == "outOfOffice" && answer.status == 403);
  if (!answer.ok() && !gone) return answer.error("DELETE " + target);
  live_.names.forget(known.kind->name, known.id);
  live_.resources.erase(change.address);
  live_.rows.erase(change.address);
  return Performed{.id = known.id, .applied = {}, .not_taken = {}, .left = {}};
}

Result<Performed> Performer::disable(const Change& change) {
  const auto at = live_.resources.find(change.address);
  if (at == live_.resources.end()) return Performed{};
  const Resource known = at->second;
  json::object body = json::parse(known.kind->disable).get_object();
  for (const Field& field : known.kind->fields)
    if (field.sticky && known.fields.contains(field.name)) {
      CALSYNC_TRY(kept, "compose",
                  to_wire(*known.kind, {{field.name, known.fields.at(field.name)}}, live_.names));
      for (const auto& member : kept) body[member.key()] = member.value();
    }
  CALSYNC_CHECK("disable", patch(known, body));
  CALSYNC_TRY(now, "read back", look_up(known, known.id));
  if (!now) return Error{Errc::conflict, change.address + " is not there any more"};
  return Performed{.id = known.id, .applied = now->fields, .not_taken = {}, .left = {}};
}

// Three things of a person go by other calls: the name in links, the role, and the schedule that counts.
Result<void> Performer::finish_user(const Resource& wanted, const std::string& id,
                                    const std::vector<FieldChange>& fields, bool is_new) {
  const std::string root = "/v2/organizations/" + std::to_string(organization_);
  if (is_new && wanted.fields.contains("username")) {
    const json::object body{{"username", wanted.fields.at("username")}};
    CALSYNC_TRY(answer, "PATCH username",
                api_.send("PATCH", root + "/users/" + id, json::serialize(body), use_));
    if (!answer.ok()) return answer.error("PATCH " + root + "/users/" + id);
  }
  if (!is_new && changes(fields, "organizationRole")) {
    const auto row = live_.rows.find(wanted.address);
    const std::string membership =
        row == live_.rows.end() ? std::string() : text_in(row->second, "_membership");
    if (membership.empty())
      return Error{Errc::not_found, wanted.address + " has no membership of the organisation"};
    const json::object body{{"role", wanted.fields.at("organizationRole")}};
    const std::string target = root + "/memberships/" + membership;
    CALSYNC_TRY(answer, "PATCH role", api_.send("PATCH", target, json::serialize(body), use_));
    if (!answer.ok()) return answer.error("PATCH " + target);
  }
  const std::string name = text_in(wanted.fields, "defaultSchedule");
  const auto schedule = live_.names.id_of("schedule", text_in(wanted.fields, "email"), name);
  if (!is_new && changes(fields, "defaultSchedule") &&
      schedule) {  // else it is made later in this plan, as the default
    const std::string target = root + "/users/" + id + "/schedules/" + *schedule;
    CALSYNC_TRY(answer, "PATCH default", api_.send("PATCH", target, R"({"isDefault":true})", use_));
    if (!answer.ok()) return answer.error("PATCH " + target);
  }
  return {};
}

Result<Performed> Performer::read_back(const Change& change, const Resource& wanted, const std::string& id) {
  CALSYNC_TRY(now, "read back", look_up(wanted, id));
  if (!now) return Error{Errc::conflict, wanted.address + " cannot be read back: it is not there"};
  Performed out{.id = id, .applied = {}, .not_taken = {}, .left = {}};
  for (const Field& field : wanted.kind->fields) {
    if (!wanted.fields.contains(field.name)) continue;
    const json::value &stated = value_of(wanted.fields, field.name),
                      &there = value_of(now->fields, field.name);
    const bool elsewhere =
        field.name == "defaultSchedule";  // set with the schedule, perhaps later in this plan
    out.applied[field.name] = field.mutability == Mutability::write_only || elsewhere ? stated : there;
    if (field.mutability != Mutability::written || elsewhere) continue;
    const bool asked = change.action == Action::create || changes(change.fields, field.name);
    for (const Difference& one : differences(field, stated, there))
      (asked ? out.not_taken : out.left).push_back({wanted.address, one.pointer, one.to});
  }
  return out;
}

}  // namespace calsync
