#include "connectors/calcom/sandbox/world_state.hpp"

#include "connectors/calcom/sandbox/row.hpp"

namespace calsync::sandbox {

namespace json = boost::json;

namespace {

struct NamedTable {
  const char* name;
  Table World::*table;
};

constexpr NamedTable state_tables[] = {
    {"users", &World::users},
    {"teams", &World::teams},
    {"memberships", &World::memberships},
    {"schedules", &World::schedules},
    {"eventTypes", &World::event_types},
    {"workflows", &World::workflows},
    {"outOfOffice", &World::out_of_office},
    {"attributes", &World::attributes},
    {"verified", &World::verified},
    {"apiKeys", &World::api_keys},
    {"bookings", &World::bookings},
    {"webhooks", &World::webhooks},
};

constexpr std::int64_t state_version = 1;

Error bad_state(std::string what) {
  return {Errc::rejected, "the sandbox's state: " + std::move(what)};
}

Result<Table> read_table(const json::object& document, const char* name) {
  const std::string at = "/" + std::string(name);
  const auto* stored = document.if_contains(name);
  if (stored == nullptr || !stored->is_object()) return bad_state(at + " is missing");
  const auto* rows = stored->get_object().if_contains("rows");
  if (rows == nullptr || !rows->is_array()) return bad_state(at + "/rows is missing");
  Table table;
  for (const json::value& row : rows->get_array()) {
    if (!row.is_object() || number_of(row.get_object(), "id") == 0)
      return bad_state(at + "/rows holds a row without id");
    table.insert(row.get_object());
  }
  table.next_id = std::max(table.next_id, number_of(stored->get_object(), "next"));
  return table;
}

}  // namespace

json::object saved(World& world) {
  json::object document{{"version", state_version},
                        {"organizationId", world.organization_id},
                        {"seed", world.seed},
                        {"changes", world.changes}};
  for (const auto& [name, table] : state_tables) {
    json::array rows;
    for (const auto& [id, row] : (world.*table).rows()) rows.push_back(row);
    document[name] = json::object{{"next", (world.*table).next_id}, {"rows", std::move(rows)}};
  }
  document["history"] = json::array(world.history.begin(), world.history.end());
  return document;
}

Result<void> restore(World& world, const json::value& document) {
  const auto* read = document.if_object();
  if (read == nullptr) return bad_state("it is no object");
  if (number_of(*read, "version") != state_version)
    return bad_state("/version is not " + std::to_string(state_version));
  std::vector<Table> restored;
  for (const auto& one : state_tables) {
    CALSYNC_TRY(table, "read state", read_table(*read, one.name));
    restored.push_back(std::move(table));
  }
  for (std::size_t i = 0; i < restored.size(); ++i) {
    Table& table = world.*state_tables[i].table;
    for (const auto& [id, row] : table.rows()) restored[i].changed(id);  // an index may know it
    table = std::move(restored[i]);
  }
  world.history.clear();
  if (const auto* history = read->if_contains("history"); history != nullptr && history->is_array())
    for (const json::value& fact : history->get_array())
      if (fact.is_object()) world.history.push_back(fact.get_object());
  world.organization_id = number_of(*read, "organizationId");
  world.changes = static_cast<std::uint64_t>(number_of(*read, "changes"));
  // Another sequence than before: what was drawn then must not come again.
  world.seed = static_cast<std::uint64_t>(number_of(*read, "seed")) + world.changes;
  return {};
}

}  // namespace calsync::sandbox
