// Workflows of a team's event types (CONTRACT §8).
#include "connectors/calcom/sandbox/resources.hpp"
#include "connectors/calcom/sandbox/row.hpp"

namespace calsync::sandbox {

namespace json = boost::json;

namespace {

Check trigger_type() {
  return check::in({"beforeEvent", "eventCancelled", "newEvent", "afterEvent", "rescheduleEvent",
                    "afterHostsCalVideoNoShow", "afterGuestsCalVideoNoShow", "bookingRejected",
                    "bookingRequested", "bookingPaymentInitiated", "bookingPaid", "bookingNoShowUpdated"},
                   ",");
}

Field trigger() {
  return any("trigger").with(
      {text("type").must_always().also(trigger_type()),
       any("offset").with({any("value").also(check::number()),
                           any("unit").also(check::one_of({"hour", "minute", "day"}))})});
}

Fields step_fields() {
  return {any("id").also(check::number()),
          any("action").also(check::in({"email_host", "email_attendee", "email_address", "sms_attendee",
                                        "sms_number", "whatsapp_attendee", "whatsapp_number"})),
          flag("includeCalendarEvent"),
          flag("phoneRequired"),
          whole("stepNumber"),
          text("sender"),
          any("verifiedEmailId"),
          any("verifiedPhoneId"),
          any("message")};
}

// A PATCH names each step by its id: a new one cannot be among them.
std::optional<Answer> steps_with_id(Write& write) {
  const auto* steps = write.given.if_contains("steps");
  if (steps == nullptr || !steps->is_array() || write.row == nullptr) return std::nullopt;
  static const Fields described{list("steps").with({any("id").must_always().also(check::number())})};
  auto wrong = findings(described, write.given, Writing::patch);
  return wrong.empty() ? std::nullopt : std::optional(invalid(std::move(wrong)));
}

// A trigger of an unknown type is read as one without members.
std::optional<Answer> known_trigger(Write& write) {
  auto* trigger = write.given.if_contains("trigger");
  if (trigger != nullptr && trigger->is_object() && trigger->get_object().contains("type") &&
      !trigger_type().holds(trigger->get_object().at("type")))
    *trigger = json::object{};
  return std::nullopt;
}

const char* recipient_of(std::string_view action) {
  if (action == "email_attendee" || action == "sms_attendee" || action == "whatsapp_attendee")
    return "attendee";
  if (action == "email_address") return "email";
  return action == "email_host" ? "const" : "phone_number";
}

// Template, recipient and `includeCalendarEvent` of the request are not stored.
json::object stored_step(const json::object& given, std::int64_t id) {
  json::object step{{"id", id}};
  step["stepNumber"] = given.contains("stepNumber") ? given.at("stepNumber") : json::value(1);
  step["action"] = member_of(given, "action");
  step["recipient"] = recipient_of(text_of(given, "action"));
  step["email"] = "";
  step["phone"] = "";
  step["template"] = "reminder";
  step["includeCalendarEvent"] = false;
  step["sender"] = text_of(given, "sender").empty() ? json::value("Default Sender") : given.at("sender");
  step["message"] = member_of(given, "message");
  return step;
}

std::int64_t next_step_id(World& world) {
  std::int64_t last = 0;
  for (const auto& [id, row] : world.workflows.rows()) last = std::max(last, number_of(row, "_lastStepId"));
  return last + 1;
}

void set_steps(Write& write) {
  const auto* steps = write.given.if_contains("steps");
  if (steps == nullptr) return;
  std::vector<json::object> stored;
  for (const json::value& one : steps->as_array()) {
    const auto known = number_of(one.as_object(), "id");
    const auto id = known != 0 ? known : next_step_id(write.world);
    stored.push_back(stored_step(one.get_object(), id));
    (*write.row)["_lastStepId"] = std::max(id, number_of(*write.row, "_lastStepId"));
  }
  std::stable_sort(stored.begin(), stored.end(), [](const json::object& a, const json::object& b) {
    return number_of(a, "stepNumber") < number_of(b, "stepNumber");
  });
  (*write.row)["steps"] = json::array(stored.begin(), stored.end());
}

// Event types that the team does not have are left out without a word.
void set_activation(Write& write) {
  const auto* activation = write.given.if_contains("activation");
  if (activation == nullptr || !activation->is_object()) return;
  Row& row = *write.row;
  row["_all"] = flag_of(activation->get_object(), "isActiveOnAllEventTypes");
  json::array known;
  const auto* ids = activation->get_object().if_contains("activeOnEventTypeIds");
  if (ids != nullptr && ids->is_array() && !flag_of(row, "_all")) {
    for (const json::value& id : ids->get_array()) {
      const Row* type = id.is_int64() ? write.world.event_types.find(id.get_int64()) : nullptr;
      if (type != nullptr && number_of(*type, "teamId") == number_of(row, "_teamId")) known.push_back(id);
    }
  }
  row["_eventTypeIds"] = std::move(known);
}

// Without a trigger in the request the offset is lost: it then reads as one hour.
void set_trigger(Write& write) {
  Row& row = *write.row;
  const auto* trigger = write.given.if_contains("trigger");
  const json::object nothing;
  const json::object& given = trigger != nullptr && trigger->is_object() ? trigger->get_object() : nothing;
  if (given.contains("type")) row["_type"] = given.at("type");
  row["_offset"] = member_of(given, "offset");
}

std::optional<Answer> set_parts(Write& write) {
  set_steps(write);
  set_activation(write);
  set_trigger(write);
  return std::nullopt;
}

void show_parts(World&, const Row& row, Row& answer) {
  answer["activation"] = json::object{{"isActiveOnAllEventTypes", flag_of(row, "_all")},
                                      {"activeOnEventTypeIds", member_of(row, "_eventTypeIds")}};
  const auto type = text_of(row, "_type");
  json::object trigger{{"type", type}};
  if (type == "beforeEvent" || type == "afterEvent" || type.ends_with("CalVideoNoShow"))
    trigger["offset"] = is_null(row, "_offset") ? json::value(json::object{{"value", 1}, {"unit", "hour"}})
                                                : row.at("_offset");
  answer["trigger"] = std::move(trigger);
}

std::optional<json::value> no_data(World&, const Row&) {
  return std::nullopt;
}

Answer not_in_team(World&, const Request&, const PathParams& params) {
  return refused(404, "IsWorkflowInTeam - workflow (" + params.text("workflowId") + ") not found.");
}

}  // namespace

const Resource& workflows() {
  static const Resource resource{
      .table = &World::workflows,
      .fields = {text("name"),
                 any("activation")
                     .not_stored()
                     .with({flag("isActiveOnAllEventTypes"), list("activeOnEventTypeIds")}),
                 trigger().not_stored(),
                 any("steps")
                     .must()
                     .also(check::not_empty("Your workflow must contain at least one step."))
                     .else_stored("[]")
                     .with(step_fields())},
      .prepare = {known_trigger, steps_with_id},
      .after_create = {set_parts},
      .after_patch = {set_parts},
      .dress = show_parts,
      .removed = no_data,
  };
  return resource;
}

Routes workflow_routes() {
  static const Mount mount{.path = "/v2/organizations/{orgId}/teams/{teamId}/workflows",
                           .id = "workflowId",
                           .resource = &workflows(),
                           .scopes = {{"_teamId", "teamId"}},
                           .reads = Role::team_admin,
                           .writes = Role::team_admin,
                           .query = paging(250),
                           .unknown = not_in_team};
  return routes_of(mount);
}

}  // namespace calsync::sandbox
