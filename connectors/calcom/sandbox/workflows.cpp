// Workflows of a team's event types (CONTRACT §8).
#include "connectors/calcom/sandbox/resources.hpp"
#include "connectors/calcom/sandbox/row.hpp"
#include "connectors/calcom/sandbox/workflow_parts.hpp"

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
      .after_create = {set_parts, leave_husk},
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
