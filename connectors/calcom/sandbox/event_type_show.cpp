#include "connectors/calcom/sandbox/event_type_parts.hpp"
#include "connectors/calcom/sandbox/resources.hpp"
#include "connectors/calcom/sandbox/row.hpp"

namespace calsync::sandbox {

namespace json = boost::json;

namespace {

// A person's name, which for a host is never null.
json::value host_name(const Row& user) {
  return text_of(user, "name").empty() ? json::value("") : user.at("name");
}

json::array shown_hosts(World& world, const Row& row) {
  json::array shown;
  const auto* hosts = row.if_contains("_hosts");
  if (hosts == nullptr) return shown;
  for (const json::value& one : hosts->as_array()) {
    const json::object& host = one.as_object();
    const Row* user = world.users.find(number_of(host, "userId"));
    if (user == nullptr) continue;
    json::object person;
    if (text_of(row, "schedulingType") == "roundRobin") {
      person["mandatory"] = flag_of(host, "mandatory");
      person["priority"] = text_of(host, "priority").empty() ? json::value("medium") : host.at("priority");
    }
    person["userId"] = user->at("id");
    person["name"] = host_name(*user);
    person["username"] = member_of(*user, "username");
    person["avatarUrl"] = member_of(*user, "avatarUrl");
    shown.push_back(std::move(person));
  }
  return shown;
}

// Lengths to choose from are kept in the metadata, as is that it is managed.
void show_metadata(const Row& row, Row& answer) {
  json::object metadata = row.at("metadata").as_object();
  metadata.erase("multipleDuration");
  if (!is_null(row, "lengthInMinutesOptions"))
    metadata["multipleDuration"] = row.at("lengthInMinutesOptions");
  if (text_of(row, "schedulingType") == "managed" || !is_null(row, "parentEventTypeId"))
    metadata["managedEventConfig"] = json::object{};
  answer["metadata"] = std::move(metadata);
}

}  // namespace

void dress_team_event_type(World& world, const Row& row, Row& answer) {
  show_metadata(row, answer);
  answer["hosts"] = shown_hosts(world, row);
  answer["teamId"] = member_of(row, "teamId");
  answer["team"] = json::object{{"id", member_of(row, "teamId")}};
  if (is_null(row, "parentEventTypeId")) return;
  answer.erase("calVideoSettings");
  answer.erase("assignAllTeamMembers");
}

void dress_own_event_type(World& world, const Row& row, Row& answer) {
  show_metadata(row, answer);
  json::array users;
  if (const Row* owner = world.users.find(number_of(row, "ownerId"))) {
    json::object person;
    for (const char* name :
         {"id", "name", "username", "avatarUrl", "brandColor", "darkBrandColor", "weekStart"})
      person[name] = member_of(*owner, name);
    person["metadata"] = is_null(*owner, "metadata") ? json::value(json::object{}) : owner->at("metadata");
    users.push_back(std::move(person));
  }
  answer["users"] = std::move(users);
}

}  // namespace calsync::sandbox
