// Users of the organisation (CONTRACT §5).
#include "connectors/calcom/sandbox/guards.hpp"
#include "connectors/calcom/sandbox/resources.hpp"
#include "connectors/calcom/sandbox/row.hpp"
#include "connectors/calcom/sandbox/zones.hpp"

namespace calsync::sandbox {

namespace json = boost::json;

namespace {

bool in_organization(World& world, const Row& user) {
  return membership(world, world.organization_id, number_of(user, "id")) != nullptr;
}

// The invitation takes a user name for the e-mail that it is not.
std::optional<Answer> no_username(Write& write) {
  return write.given.contains("username") ? std::optional(trpc_error()) : std::nullopt;
}

std::optional<Answer> known_email(Write& write) {
  const std::string email = lower_case(text_of(write.given, "email"));
  write.given["email"] = email;
  const Row* known =
      write.world.users.find_if([&](const Row& user) { return text_of(user, "email") == email; });
  if (known == nullptr || !in_organization(write.world, *known)) return std::nullopt;
  return refused(409, "A user already exists with that email");
}

std::optional<Answer> put_right(Write& write) {
  if (const auto zone = zone_name(text_of(write.given, "timeZone"))) write.given["timeZone"] = *zone;
  if (write.row == nullptr) {
    const std::string email(text_of(write.given, "email"));
    const auto at = email.find('@');
    const std::string domain = email.substr(at + 1, email.find('.', at) - at - 1);
    write.given["username"] = slug_of(email.substr(0, at)) + "-" + slug_of(domain);
  }
  return std::nullopt;
}

// The organisation's name for a user: kept by a change of the user name.
std::optional<Answer> join_organization(Write& write) {
  World& world = write.world;
  const auto id = number_of(*write.row, "id");
  (*write.row)["profile"] = json::object{{"id", id},
                                         {"organizationId", world.organization_id},
                                         {"userId", id},
                                         {"username", text_of(*write.row, "username")}};
  (*write.row)["invitedTo"] = world.organization_id;
  const auto role = text_of(write.given, "organizationRole");
  world.memberships.insert(
      membership_row(world, world.organization_id, id, role, flag_of(write.given, "autoAccept")));
  add_working_hours(world, id, "Europe/London");
  return std::nullopt;
}

// `weekday` is no column of the user: the server fails when it writes it, after the user was made.
std::optional<Answer> fail_on_weekday(Write& write) {
  return write.given.contains("weekday") ? std::optional(internal_error()) : std::nullopt;
}

// Its own name counts as taken.
std::optional<Answer> free_username(Write& write) {
  if (!write.given.contains("username")) return std::nullopt;
  const std::string username = slug_of(text_of(write.given, "username"));
  write.given["username"] = username;
  if (write.world.users.find_if([&](const Row& user) { return text_of(user, "username") == username; }) ==
      nullptr)
    return std::nullopt;
  return refused(409, "Username is already taken");
}

std::vector<std::string> listed(const Request& request, const std::string& name) {
  std::vector<std::string> values;
  const auto at = request.query.find(name);
  std::string_view rest = at == request.query.end() ? std::string_view{} : at->second;
  while (!rest.empty()) {
    const auto comma = rest.find(',');
    values.emplace_back(rest.substr(0, comma));
    rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
  }
  return values;
}

void select_users(World& world, const Request& request, const PathParams&, std::vector<const Row*>& rows) {
  const auto emails = listed(request, "emails"), teams_wanted = listed(request, "teamIds");
  std::erase_if(rows, [&](const Row* user) {
    const auto in_team = [&](const std::string& team) {
      return membership(world, std::strtoll(team.c_str(), nullptr, 10), number_of(*user, "id")) != nullptr;
    };
    return !in_organization(world, *user) ||
           (!emails.empty() &&
            std::find(emails.begin(), emails.end(), text_of(*user, "email")) == emails.end()) ||
           (!teams_wanted.empty() && std::none_of(teams_wanted.begin(), teams_wanted.end(), in_team));
  });
}

}  // namespace

const Resource& org_users() {
  static const Resource resource{
      .table = &World::users,
      .fields = {text("organizationRole")
                     .by_default(R"("MEMBER")")
                     .not_stored()
                     .also(check::one_of({"MEMBER", "ADMIN", "OWNER"})),
                 flag("autoAccept").by_default("true").not_stored(),
                 any("email").must().also(check::email()),
                 text("username"),
                 own("name"),
                 own("emailVerified"),
                 text("bio"),
                 text("avatarUrl"),
                 any("timeZone")
                     .also(check::time_zone("timezoneValidator", "Please include a valid time zone"))
                     .else_stored(R"("Europe/London")"),
                 own("weekStart", R"("Sunday")"),
                 any("weekday").not_stored().also(check::one_of(
                     {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"})),
                 text("appTheme"),
                 text("theme"),
                 whole("defaultScheduleId").also(check::least(0)),
                 text("locale"),
                 whole("timeFormat").else_stored("12"),
                 flag("hideBranding").else_stored("false"),
                 text("brandColor"),
                 text("darkBrandColor"),
                 own("allowDynamicBooking", "true"),
                 own("createdDate"),
                 own("verified", "true"),
                 own("invitedTo"),
                 object("metadata").shown_when_set(),
                 own("profile").shown_when_set()},
      .unique = {{{"email"}, conflict, true}},
      .before_create = {no_username, known_email, put_right},
      .before_patch = {fail_on_weekday, free_username, put_right},
      .after_create = {join_organization, fail_on_weekday},
  };
  return resource;
}

Routes user_routes() {
  Fields query = paging(1000);
  query.push_back(
      any("attributeQueryOperator").by_default(R"("AND")").also(check::one_of({"AND", "OR", "NONE"})));
  static const Mount mount{.path = "/v2/organizations/{orgId}/users",
                           .id = "userId",
                           .resource = &org_users(),
                           .operations = "list create patch delete",
                           .query = std::move(query),
                           .select = select_users};
  return routes_of(mount);
}

}  // namespace calsync::sandbox
