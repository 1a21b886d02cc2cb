// Webhook subscriptions: of the organisation, of a user, of an event type (CONTRACT §10).
#include "connectors/calcom/sandbox/guards.hpp"
#include "connectors/calcom/sandbox/references.hpp"
#include "connectors/calcom/sandbox/resources.hpp"
#include "connectors/calcom/sandbox/row.hpp"

namespace calsync::sandbox {

namespace json = boost::json;

namespace {

std::optional<Answer> give_uuid(Write& write) {
  (*write.row)["_uuid"] = write.world.random_uuid();
  return std::nullopt;
}

Answer url_is_taken() {
  return refused(409, "Webhook with this subscriber url already exists for this user");
}

void show_owner(World&, const Row& row, Row& answer) {
  answer["id"] = row.at("_uuid");
  for (const char* owner : {"teamId", "userId", "eventTypeId"})
    if (!is_null(row, owner)) answer[owner] = row.at(owner);
}

// A user's own, one by one: the row as the database has it.
void show_columns(World&, const Row& row, Row& answer) {
  for (const char* name :
       {"teamId", "userId", "eventTypeId", "appId", "time", "timeUnit", "oAuthClientId", "createdAt"})
    answer[name] = member_of(row, name);
  answer["platform"] = false;
}

Answer not_in_org(World&, const Request&, const PathParams& params) {
  return refused(403, "IsWebhookInOrg - webhook with id=" + params.text("webhookId") +
                          " is not part of the organization with id=" + params.text("orgId") + ".");
}

Answer not_of_user(World&, const Request&, const PathParams& params) {
  return refused(403, "IsUserWebhookGuard - User (" + std::to_string(params.caller_id()) +
                          ") is not the owner of webhook (" + params.text("webhookId") + ")");
}

std::optional<Answer> owns_event_type(World& world, const Request&, const PathParams& params) {
  const Row* type = world.event_types.find(params.id("eventTypeId"));
  if (type != nullptr && number_of(*type, "ownerId") == params.caller_id()) return std::nullopt;
  return refused(403, "IsUserEventTypeWebhookGuard - User (" + std::to_string(params.caller_id()) +
                          ") is not the owner of event type (" + params.text("eventTypeId") + ")");
}

std::optional<Answer> team_has_event_type(World& world, const Request&, const PathParams& params) {
  const Row* type = world.event_types.find(params.id("eventTypeId"));
  if (type != nullptr && number_of(*type, "teamId") == params.id("teamId")) return std::nullopt;
  return refused(403, "IsTeamEventTypeWebhookGuard - Event type (" + params.text("eventTypeId") +
                          ") does not belong to team (" + params.text("teamId") + ")");
}

Answer delete_all(World& world, const Request&, const PathParams& params) {
  std::vector<std::int64_t> gone;
  for (const auto& [id, row] : world.webhooks.rows())
    if (number_of(row, "eventTypeId") == params.id("eventTypeId")) gone.push_back(id);
  for (const auto id : gone) remove(world, &World::webhooks, id);
  return success(json::value(std::to_string(gone.size()) + " webhooks deleted"));
}

}  // namespace

const Resource& webhooks() {
  static const Resource resource{
      .table = &World::webhooks,
      .fields = {text("payloadTemplate"),
                 list("triggers")
                     .must()
                     .also(check::each_one_of(
                         {"BOOKING_CREATED", "BOOKING_PAYMENT_INITIATED", "BOOKING_PAID",
                          "BOOKING_RESCHEDULED", "BOOKING_REQUESTED", "BOOKING_CANCELLED", "BOOKING_REJECTED",
                          "BOOKING_NO_SHOW_UPDATED", "FORM_SUBMITTED", "MEETING_ENDED", "MEETING_STARTED",
                          "RECORDING_READY", "INSTANT_MEETING", "RECORDING_TRANSCRIPTION_GENERATED",
                          "OOO_CREATED", "AFTER_HOSTS_CAL_VIDEO_NO_SHOW", "AFTER_GUESTS_CAL_VIDEO_NO_SHOW",
                          "FORM_SUBMITTED_NO_EVENT"})),
                 text("subscriberUrl").must(), flag("active").must(), text("secret"),
                 text("version").not_stored(), own("createdAt").hidden()},
      .unique = {{{"teamId", "subscriberUrl"}, url_is_taken},
                 {{"userId", "subscriberUrl"}, url_is_taken},
                 {{"eventTypeId", "subscriberUrl"}, url_is_taken}},
      .after_create = {give_uuid},
      .dress = show_owner,
  };
  return resource;
}

Routes webhook_routes() {
  static const Mount of_org{.path = "/v2/organizations/{orgId}/webhooks",
                            .id = "webhookId",
                            .resource = &webhooks(),
                            .scopes = {{"teamId", "orgId"}},
                            .query = paging(250),
                            .order = "_uuid",
                            .unknown = not_in_org};
  static const Mount of_user{.path = "/v2/webhooks",
                             .id = "webhookId",
                             .resource = &webhooks(),
                             .scopes = {{"userId", "caller"}},
                             .reads = Role::user,
                             .writes = Role::user,
                             .query = paging(250),
                             .order = "_uuid",
                             .unknown = not_of_user,
                             .dress_one = show_columns};
  static const Mount of_own_type{.path = "/v2/event-types/{eventTypeId}/webhooks",
                                 .id = "webhookId",
                                 .resource = &webhooks(),
                                 .scopes = {{"eventTypeId", "eventTypeId"}},
                                 .reads = Role::user,
                                 .writes = Role::user,
                                 .query = paging(250),
                                 .order = "_uuid",
                                 .guard = owns_event_type,
                                 .unknown = not_of_user};
  static const Mount of_team_type{.path = "/v2/teams/{teamId}/event-types/{eventTypeId}/webhooks",
                                  .id = "webhookId",
                                  .resource = &webhooks(),
                                  .scopes = {{"eventTypeId", "eventTypeId"}},
                                  .reads = Role::team_admin,
                                  .writes = Role::team_admin,
                                  .query = paging(250),
                                  .order = "_uuid",
                                  .guard = team_has_event_type,
                                  .unknown = not_of_user};
  Routes routes;
  for (const Mount* mount : {&of_org, &of_user, &of_own_type, &of_team_type})
    for (Route& route : routes_of(*mount)) routes.push_back(std::move(route));
  for (const Mount* mount : {&of_own_type, &of_team_type})
    routes.push_back({"DELETE", mount->path, Versions::any, mount->writes, delete_all, Shape::newest, mount});
  return routes;
}

}  // namespace calsync::sandbox
