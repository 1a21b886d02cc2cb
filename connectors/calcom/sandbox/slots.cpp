// Times that can be booked (`cal-api-version: 2024-09-04`).
#include "connectors/calcom/sandbox/availability.hpp"
#include "connectors/calcom/sandbox/resources.hpp"
#include "connectors/calcom/sandbox/row.hpp"
#include "connectors/calcom/sandbox/zones.hpp"

#include <charconv>

namespace calsync::sandbox {

namespace json = boost::json;

namespace {

using namespace std::chrono;

std::string asked(const Request& request, const char* name) {
  const auto at = request.query.find(name);
  return at == request.query.end() ? std::string{} : at->second;
}

std::int64_t asked_number(const Request& request, const char* name) {
  const std::string text = asked(request, name);
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// "2026-11-23" is the whole of that day in the zone; an instant is taken as it is.
Result<Instant> bound(const std::string& text, const std::string& zone, bool end) {
  if (text.size() != 10) return parse_instant(text);
  CALSYNC_TRY(day, "day", parse_instant(text + "T00:00:00Z"));
  return at_wall_time(zone, floor<days>(day), end ? minutes{24 * 60} : minutes{0});
}

const Row* wanted_event_type(World& world, const Request& request) {
  if (request.query.contains("eventTypeId"))
    return world.event_types.find(asked_number(request, "eventTypeId"));
  const std::string slug = asked(request, "eventTypeSlug"), username = asked(request, "username");
  const Row* owner =
      world.users.find_if([&](const Row& user) { return text_of(user, "username") == username; });
  return owner == nullptr ? nullptr : world.event_types.find_if([&](const Row& row) {
    return text_of(row, "slug") == slug && number_of(row, "ownerId") == number_of(*owner, "id");
  });
}

// Starts are counted from the first open minute of each of its hosts' days.
std::vector<Instant> starts(World& world, const Row& type, const Span& within, minutes length) {
  const auto every = number_of(type, "slotInterval") > 0 ? minutes{number_of(type, "slotInterval")} : length;
  const auto earliest = world.clock.wall() + minutes{number_of(type, "minimumBookingNotice")};
  std::vector<Instant> found;
  for (const auto host : hosts_of(type))
    for (const Span& open : open_hours(world, host, type, within))
      for (Instant at = open.start; at + length <= open.end; at += every)
        if (at >= earliest && is_bookable(world, type, {at, at + length})) found.push_back(at);
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

Answer get_slots(World& world, const Request& request, const PathParams&) {
  const Row* type = wanted_event_type(world, request);
  if (type == nullptr) return refused(404, "Event Type not found");
  const std::string given = asked(request, "timeZone");
  const auto zone = given.empty() ? std::string("UTC") : zone_name(given).value_or("");
  if (zone.empty()) return refused(400, "timeZone must be a valid IANA time-zone");
  const auto from = bound(asked(request, "start"), zone, false),
             to = bound(asked(request, "end"), zone, true);
  if (!from || !to)
    return refused(400, "Invalid time range given - check the 'start' and 'end' query parameters.");
  const auto duration = asked_number(request, "duration");
  const minutes length{duration > 0 ? duration : number_of(*type, "lengthInMinutes")};
  json::object days;
  for (const Instant start : starts(world, *type, {*from, *to}, length)) {
    const std::string text = given.empty() ? to_text(start) : zoned_text(zone, start);
    json::value& day = days.emplace(text.substr(0, 10), json::array{}).first->value();
    json::object slot{{"start", text}};
    if (asked(request, "format") == "range")
      slot["end"] = given.empty() ? to_text(start + length) : zoned_text(zone, start + length);
    day.get_array().push_back(std::move(slot));
  }
  return success(std::move(days));
}

}  // namespace

Routes slot_routes() {
  return {{"GET", "/v2/slots", Versions::slots, Role::nobody, get_slots}};
}

}  // namespace calsync::sandbox
