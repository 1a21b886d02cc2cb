// Out-of-office entries (CONTRACT §9). None of it makes a notice: that only the user interface does.
#include "connectors/calcom/sandbox/booking_parts.hpp"
#include "connectors/calcom/sandbox/guards.hpp"
#include "connectors/calcom/sandbox/resources.hpp"
#include "connectors/calcom/sandbox/row.hpp"

#include <regex>

namespace calsync::sandbox {

namespace {

// Whatever the time of day, an entry is of whole days.
bool whole_days(Row& given, const char* name, const char* time) {
  static const std::regex form(R"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{3})?Z)");
  auto* value = given.if_contains(name);
  if (value == nullptr) return true;
  const std::string text(text_of(given, name));
  if (!std::regex_match(text, form) || !parse_instant(text)) return false;
  *value = text.substr(0, 10) + time;
  return true;
}

std::optional<Answer> take_days(Write& write) {
  if (whole_days(write.given, "start", "T00:00:00.000Z") && whole_days(write.given, "end", "T23:59:59.999Z"))
    return std::nullopt;
  return refused(400, "Invalid Date.");
}

std::optional<Answer> in_order(Write& write) {
  const auto start = text_of(write.given, "start"), end = text_of(write.given, "end");
  if (write.row != nullptr && start.empty() != end.empty())
    return refused(400, "Please specify both ooo start and end time.");
  return !start.empty() && start > end ? std::optional(refused(400, "Start date must be before end date."))
                                       : std::nullopt;
}

bool share_a_team(World& world, std::int64_t a, std::int64_t b) {
  for (const auto& [id, row] : world.memberships.rows())
    if (number_of(row, "userId") == a && membership(world, number_of(row, "teamId"), b) != nullptr)
      return true;
  return false;
}

std::optional<Answer> good_stand_in(Write& write) {
  const auto user = write.params.id("userId"), other = number_of(write.given, "toUserId");
  if (other == 0) return std::nullopt;
  if (other == user) return refused(400, "Cannot redirect to self.");
  return share_a_team(write.world, user, other)
             ? std::nullopt
             : std::optional(refused(400, "Cannot redirect to this user."));
}

// Also for an entry without a stand-in, of whoever is somebody's then.
std::optional<Answer> no_circle(Write& write) {
  const auto user = write.params.id("userId");
  const auto start = text_of(write.given, "start"), end = text_of(write.given, "end");
  const Row* other = write.world.out_of_office.find_if([&](const Row& row) {
    return number_of(row, "toUserId") == user && text_of(row, "start") <= end && text_of(row, "end") >= start;
  });
  return other == nullptr || start.empty()
             ? std::nullopt
             : std::optional(refused(400, "Booking redirect infinite not allowed."));
}

std::optional<Answer> give_ooo_uuid(Write& write) {
  (*write.row)["uuid"] = write.world.random_uuid();
  return std::nullopt;
}

std::optional<Answer> record_entry(Write& write) {
  record_time_off(write.world, write.request.method == "POST" ? "time off" : "time off changed", *write.row);
  return std::nullopt;
}

Answer same_days() {
  return refused(409, "Ooo entry already exists.");
}

Answer not_of_this_user(World&, const Request&, const PathParams&) {
  return refused(403, "This OOO entry does not belong to this user.");
}

void select_entries(World& world, const Request& request, const PathParams&, std::vector<const Row*>& rows) {
  if (const auto email = request.query.find("email"); email != request.query.end()) {
    const Row* user =
        world.users.find_if([&](const Row& row) { return text_of(row, "email") == email->second; });
    std::erase_if(rows, [&](const Row* row) {
      return user == nullptr || number_of(*row, "userId") != number_of(*user, "id");
    });
  }
  for (const auto& [parameter, column] : {std::pair{"sortEnd", "end"}, std::pair{"sortStart", "start"}}) {
    const auto sort = request.query.find(parameter);
    if (sort == request.query.end()) continue;
    const bool down = sort->second == "desc";
    std::stable_sort(rows.begin(), rows.end(), [&, by = column](const Row* a, const Row* b) {
      return down ? text_of(*b, by) < text_of(*a, by) : text_of(*a, by) < text_of(*b, by);
    });
  }
}

}  // namespace

const Resource& out_of_office() {
  static const Resource resource{
      .table = &World::out_of_office,
      .fields = {own("userId"), whole("toUserId"), own("uuid"), text("start").must(), text("end").must(),
                 text("notes"),
                 any("reason")
                     .else_stored(R"("unspecified")")
                     .also(check::one_of({"unspecified", "vacation", "travel", "sick", "public_holiday"}))},
      .unique = {{.columns = {"userId", "start", "end"}, .error = same_days, .counts_itself = true}},
      .prepare = {take_days},
      .before_create = {in_order, good_stand_in, no_circle},
      .before_patch = {in_order, good_stand_in, no_circle},
      .after_create = {give_ooo_uuid, record_entry},
      .after_patch = {record_entry},
  };
  return resource;
}

Routes out_of_office_routes() {
  Fields query = paging(250);
  for (const char* sort : {"sortStart", "sortEnd"})
    query.push_back(any(sort).also(check::one_of({"asc", "desc"})));
  static const Mount of_user{.path = "/v2/organizations/{orgId}/users/{userId}/ooo",
                             .id = "oooId",
                             .resource = &out_of_office(),
                             .scopes = {{"userId", "userId"}},
                             .operations = "list create patch delete",
                             .query = query,
                             .select = select_entries,
                             .unknown = not_of_this_user};
  static const Mount of_org{.path = "/v2/organizations/{orgId}/ooo",
                            .id = "",
                            .resource = &out_of_office(),
                            .operations = "list",
                            .query = query,
                            .select = select_entries};
  Routes routes = routes_of(of_user);
  for (Route& route : routes_of(of_org)) routes.push_back(std::move(route));
  return routes;
}

}  // namespace calsync::sandbox
