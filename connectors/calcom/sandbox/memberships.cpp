// Memberships of the organisation and of its teams: one table, two shapes (CONTRACT §5).
#include "connectors/calcom/sandbox/guards.hpp"
#include "connectors/calcom/sandbox/references.hpp"
#include "connectors/calcom/sandbox/resources.hpp"
#include "connectors/calcom/sandbox/row.hpp"

namespace calsync::sandbox {

namespace json = boost::json;

namespace {

Field role() {
  return any("role").by_default(R"("MEMBER")").also(check::one_of({"MEMBER", "ADMIN", "OWNER"}));
}

void show_user(World& world, const Row& row, Row& answer) {
  const Row* user = world.users.find(number_of(row, "userId"));
  if (user == nullptr) return;
  json::object person;
  for (const char* name : {"avatarUrl", "username", "name", "email", "bio"})
    person[name] = member_of(*user, name);
  if (!is_null(*user, "metadata")) person["metadata"] = user->at("metadata");
  answer["user"] = std::move(person);
}

void dress_org_membership(World& world, const Row& row, Row& answer) {
  show_user(world, row, answer);
  answer["customRoleId"] = lower_case(text_of(row, "role")) + "_role";
  answer["attributes"] = json::array{};
}

// The server's is an upsert: whoever is a member already gets what is given, and `accepted` back to false.
std::optional<Answer> change_known_member(Write& write) {
  const auto user = number_of(write.given, "userId");
  if (write.world.users.find(user) == nullptr)
    return failed(400, "BAD_REQUEST", "Invalid input: Foreign key constraint failed");
  Row* known = membership(write.world, write.world.organization_id, user);
  if (known == nullptr) return std::nullopt;
  for (const auto& [name, value] : write.given) (*known)[name] = value;
  (*known)["updatedAt"] = to_text(write.world.clock.wall());
  return success(shown(write.world, org_memberships(), *known), 201);
}

std::optional<Answer> only_of_organization(Write& write) {
  if (membership(write.world, write.world.organization_id, number_of(write.given, "userId")) != nullptr)
    return std::nullopt;
  return refused(422, "User is not part of the Organization");
}

// Event types of all members get each new one, once accepted.
std::optional<Answer> join_event_types(Write& write) {
  if (!flag_of(*write.row, "accepted")) return std::nullopt;
  const auto user = number_of(*write.row, "userId");
  for (auto& [id, type] : write.world.event_types.rows()) {
    auto* hosts = type.if_contains("_hosts");
    if (number_of(type, "teamId") != number_of(*write.row, "teamId") ||
        !flag_of(type, "assignAllTeamMembers") || hosts == nullptr)
      continue;
    const auto is_host = [&](const json::value& host) {
      return number_of(host.get_object(), "userId") == user;
    };
    if (std::none_of(hosts->get_array().begin(), hosts->get_array().end(), is_host))
      hosts->get_array().push_back(json::object{{"userId", user}});
  }
  return std::nullopt;
}

std::optional<json::value> leave_team(World& world, const Row& row) {
  Row answer = shown(world, team_memberships(), row);
  remove_host(world, number_of(row, "teamId"), number_of(row, "userId"));
  return answer;
}

// Out of every team, and the account keeps its e-mail under another name.
std::optional<json::value> leave_organization(World& world, const Row& row) {
  Row answer = shown(world, org_memberships(), row);
  const auto user = number_of(row, "userId");
  std::vector<std::int64_t> in_teams;
  for (const auto& [id, other] : world.memberships.rows())
    if (number_of(other, "userId") == user && &other != &row) in_teams.push_back(id);
  for (const auto id : in_teams) {
    remove_host(world, number_of(*world.memberships.find(id), "teamId"), user);
    remove(world, &World::memberships, id);
  }
  if (Row* account = world.users.find(user)) {
    (*account)["username"] = std::string(text_of(*account, "username")) + "-" + std::to_string(user);
    (*account)["profile"] = nullptr;
  }
  return answer;
}

Answer no_membership(World&, const Request&, const PathParams& params) {
  const bool team = params.values.contains("teamId");
  return refused(
      404, "Membership with id " + params.text("membershipId") + " not found" +
               (team ? " in team " + params.text("teamId") + " of organization " : " in organization ") +
               params.text("orgId"));
}

Fields fields(Field user_id) {
  return {flag("accepted").by_default("false"),
          role(),
          flag("disableImpersonation").by_default("false"),
          std::move(user_id),
          own("teamId"),
          own("createdAt"),
          own("updatedAt")};
}

}  // namespace

Row membership_row(World& world, std::int64_t team_id, std::int64_t user_id, std::string_view role,
                   bool accepted) {
  const std::string now = to_text(world.clock.wall());
  return {{"teamId", team_id}, {"userId", user_id}, {"accepted", accepted},
          {"role", role},      {"createdAt", now},  {"disableImpersonation", false},
          {"updatedAt", now}};
}

const Resource& org_memberships() {
  static const Resource resource{.table = &World::memberships,
                                 .fields = fields(whole("userId").must()),
                                 .before_create = {change_known_member},
                                 .dress = dress_org_membership,
                                 .removed = leave_organization};
  return resource;
}

const Resource& team_memberships() {
  static const Resource resource = [] {
    Resource described{.table = &World::memberships,
                       .fields = fields(whole("userId").must()),
                       .unique = {{{"teamId", "userId"}, conflict, true}},
                       .before_create = {only_of_organization},
                       .after_create = {join_event_types},
                       .after_patch = {join_event_types},
                       .dress = show_user,
                       .removed = leave_team};
    for (Field& field : described.fields)
      if (field.name.ends_with("edAt")) field.shown = Field::Shown::never;
    return described;
  }();
  return resource;
}

Routes membership_routes() {
  static const Mount in_org{.path = "/v2/organizations/{orgId}/memberships",
                            .id = "membershipId",
                            .resource = &org_memberships(),
                            .scopes = {{"teamId", "orgId"}},
                            .query = paging(250),
                            .unknown = no_membership};
  static const Mount in_team{.path = "/v2/organizations/{orgId}/teams/{teamId}/memberships",
                             .id = "membershipId",
                             .resource = &team_memberships(),
                             .scopes = {{"teamId", "teamId"}},
                             .reads = Role::team_admin,
                             .writes = Role::team_admin,
                             .query = paging(250),
                             .unknown = no_membership};
  Routes routes = routes_of(in_org);
  for (Route& route : routes_of(in_team)) routes.push_back(std::move(route));
  return routes;
}

}  // namespace calsync::sandbox
