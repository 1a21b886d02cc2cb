#include "connectors/calcom/sandbox/references.hpp"

#include "connectors/calcom/sandbox/booking_parts.hpp"
#include "connectors/calcom/sandbox/row.hpp"

#include <vector>

namespace calsync::sandbox {

namespace {

enum class OnDelete : std::uint8_t { erase, set_null, drop_element };

struct Reference {
  Table World::*from = nullptr;
  const char* column = "";
  Table World::*to = nullptr;
  OnDelete then = OnDelete::erase;
  const char* member = "";  // of an array's elements; "": the elements themselves
};

// A schedule is not here as a user's default: Cal.com leaves that one dangling.
constexpr Reference references[] = {
    {&World::memberships, "teamId", &World::teams, OnDelete::erase},
    {&World::memberships, "userId", &World::users, OnDelete::erase},
    {&World::schedules, "ownerId", &World::users, OnDelete::erase},
    {&World::event_types, "teamId", &World::teams, OnDelete::erase},
    {&World::event_types, "ownerId", &World::users, OnDelete::erase},
    {&World::event_types, "parentEventTypeId", &World::event_types, OnDelete::erase},
    {&World::event_types, "scheduleId", &World::schedules, OnDelete::set_null},
    {&World::event_types, "_hosts", &World::users, OnDelete::drop_element, "userId"},
    {&World::workflows, "_teamId", &World::teams, OnDelete::erase},
    {&World::workflows, "_eventTypeIds", &World::event_types, OnDelete::drop_element},
    {&World::out_of_office, "userId", &World::users, OnDelete::erase},
    {&World::out_of_office, "toUserId", &World::users, OnDelete::erase},
    {&World::webhooks, "userId", &World::users, OnDelete::erase},
    {&World::webhooks, "eventTypeId", &World::event_types, OnDelete::erase},
    {&World::api_keys, "userId", &World::users, OnDelete::erase},
    {&World::bookings, "userId", &World::users, OnDelete::erase},
    {&World::bookings, "eventTypeId", &World::event_types, OnDelete::set_null},
};

bool names(const boost::json::value& element, const char* member, std::int64_t id) {
  const auto* object = element.if_object();
  const auto* number = object == nullptr ? &element : object->if_contains(member);
  return number != nullptr && number->is_int64() && number->get_int64() == id;
}

void drop(Row& row, const Reference& reference, std::int64_t id) {
  auto* list = row.if_contains(reference.column);
  if (list == nullptr || !list->is_array()) return;
  boost::json::array& elements = list->get_array();
  for (auto at = elements.begin(); at != elements.end();)
    at = names(*at, reference.member, id) ? elements.erase(at) : at + 1;
}

// The history knows of a row that goes, also of one that goes with another.
void record_removal(World& world, Table World::*table, std::int64_t id) {
  const Row* row = (world.*table).find(id);
  if (row == nullptr || text_of(*row, table == &World::bookings ? "uid" : "uuid").empty()) return;
  if (table == &World::bookings) record(world, "deleted", *row);
  if (table == &World::out_of_office) record_time_off(world, "time off deleted", *row);
}

}  // namespace

bool remove(World& world, Table World::*table, std::int64_t id) {
  record_removal(world, table, id);
  if (!(world.*table).erase(id)) return false;
  for (const Reference& reference : references) {
    if (reference.to != table) continue;
    std::vector<std::int64_t> goes;
    for (auto& [key, row] : (world.*reference.from).rows()) {
      if (reference.then == OnDelete::drop_element)
        drop(row, reference, id);
      else if (number_of(row, reference.column) != id)
        continue;
      else if (reference.then == OnDelete::set_null)
        row[reference.column] = nullptr;
      else
        goes.push_back(key);
    }
    for (const auto key : goes) remove(world, reference.from, key);
  }
  return true;
}

void remove_host(World& world, std::int64_t team_id, std::int64_t user_id) {
  std::vector<std::int64_t> managed;
  for (auto& [id, row] : world.event_types.rows()) {
    const Row* parent = world.event_types.find(number_of(row, "parentEventTypeId"));
    if (number_of(row, "teamId") == team_id) drop(row, {nullptr, "_hosts", nullptr, {}, "userId"}, user_id);
    if (parent != nullptr && number_of(*parent, "teamId") == team_id && number_of(row, "ownerId") == user_id)
      managed.push_back(id);
  }
  for (const auto id : managed) remove(world, &World::event_types, id);
}

}  // namespace calsync::sandbox
