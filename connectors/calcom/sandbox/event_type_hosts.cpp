#include "connectors/calcom/sandbox/event_type_parts.hpp"
#include "connectors/calcom/sandbox/guards.hpp"
#include "connectors/calcom/sandbox/references.hpp"
#include "connectors/calcom/sandbox/resources.hpp"
#include "connectors/calcom/sandbox/row.hpp"

#include <algorithm>

namespace calsync::sandbox {

namespace json = boost::json;

namespace {

json::object stored_host(const json::object& given) {
  json::object host{{"userId", number_of(given, "userId")}, {"mandatory", flag_of(given, "mandatory")}};
  // The lowest priority is 0, which the server takes for none.
  const auto priority = text_of(given, "priority");
  host["priority"] = priority.empty() || priority == "lowest" ? "medium" : priority;
  return host;
}

json::array everybody(World& world, std::int64_t team_id) {
  std::vector<std::int64_t> users;
  for (const auto& [id, row] : world.memberships.rows())
    if (number_of(row, "teamId") == team_id && flag_of(row, "accepted"))
      users.push_back(number_of(row, "userId"));
  std::sort(users.begin(), users.end());
  json::array hosts;
  for (const auto user : users) hosts.push_back(stored_host({{"userId", user}}));
  return hosts;
}

const json::value* with_user(const json::array& hosts, std::int64_t user) {
  const auto at = std::find_if(hosts.begin(), hosts.end(), [&](const json::value& host) {
    return number_of(host.get_object(), "userId") == user;
  });
  return at == hosts.end() ? nullptr : &*at;
}

// Whoever is a host already keeps the place: a row of the database that stays is not moved.
json::array in_places(const json::array& now, const json::array& wanted) {
  json::array hosts;
  for (const json::value& host : now)
    if (const auto* kept = with_user(wanted, number_of(host.get_object(), "userId"))) hosts.push_back(*kept);
  for (const json::value& host : wanted)
    if (with_user(now, number_of(host.get_object(), "userId")) == nullptr) hosts.push_back(host);
  return hosts;
}

std::int64_t child_of(World& world, std::int64_t parent, std::int64_t user) {
  const Row* child = world.event_types.find_if([&](const Row& row) {
    return number_of(row, "parentEventTypeId") == parent && number_of(row, "ownerId") == user;
  });
  return child == nullptr ? 0 : number_of(*child, "id");
}

Row new_child(const Row& parent, std::int64_t user) {
  Row child = parent;
  for (const char* name : {"id", "_hosts", "teamId", "assignAllTeamMembers"}) child.erase(name);
  child["ownerId"] = user;
  child["parentEventTypeId"] = parent.at("id");
  child["schedulingType"] = nullptr;
  return child;
}

void remove_other_children(World& world, std::int64_t parent, const json::array& hosts) {
  std::vector<std::int64_t> gone;
  for (const auto& [id, row] : world.event_types.rows())
    if (number_of(row, "parentEventTypeId") == parent &&
        with_user(hosts, number_of(row, "ownerId")) == nullptr)
      gone.push_back(id);
  for (const auto id : gone) remove(world, &World::event_types, id);
}

}  // namespace

std::optional<Answer> hosts_in_team(Write& write) {
  const auto* hosts = write.given.if_contains("hosts");
  if (hosts == nullptr || !hosts->is_array()) return std::nullopt;
  std::string strangers;
  for (const json::value& host : hosts->get_array()) {
    const auto user = number_of(host.as_object(), "userId");
    if (membership(write.world, write.params.id("teamId"), user) == nullptr)
      strangers += (strangers.empty() ? "" : ", ") + std::to_string(user);
  }
  if (strangers.empty()) return std::nullopt;
  return refused(404, "Invalid hosts: " + strangers + " are not members of team with id " +
                          write.params.text("teamId") + ".");
}

std::optional<Answer> set_hosts(Write& write) {
  Row& row = *write.row;
  json::value& now = row["_hosts"];
  if (!now.is_array()) now = json::array{};
  const auto* given = write.given.if_contains("hosts");
  json::array wanted = now.get_array();
  if (flag_of(write.given, "assignAllTeamMembers")) {
    wanted = everybody(write.world, number_of(row, "teamId"));
  } else if (given != nullptr && given->is_array()) {
    wanted.clear();
    for (const json::value& host : given->get_array()) wanted.push_back(stored_host(host.get_object()));
  }
  now = in_places(now.get_array(), wanted);
  return std::nullopt;
}

std::optional<Answer> follow_parent(Write& write) {
  const Row parent = *write.row;
  if (text_of(parent, "schedulingType") != "managed") return std::nullopt;
  World& world = write.world;
  const auto id = number_of(parent, "id");
  const json::array& hosts = parent.at("_hosts").as_array();
  remove_other_children(world, id, hosts);
  for (const json::value& host : hosts) {
    const auto user = number_of(host.get_object(), "userId");
    Row child = new_child(parent, user);
    if (const auto known = child_of(world, id, user)) {
      child["id"] = known;
      *world.event_types.find(known) = std::move(child);
    } else {
      world.event_types.insert(std::move(child));
    }
  }
  return std::nullopt;
}

}  // namespace calsync::sandbox
