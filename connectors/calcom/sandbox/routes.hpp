// Which handler answers a request: by method, path and `cal-api-version` (CONTRACT §1), after the guards have let it by.
// Runs on:  one thread at a time.
// Blocks:   never.
#pragma once
#include "connectors/calcom/sandbox/errors.hpp"
#include "connectors/calcom/sandbox/world.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace calsync::sandbox {

struct Mount;  // where one resource is served: resource.hpp

struct PathParams {
  std::map<std::string, std::string, std::less<>> values{};  // {"teamId", "2"}
  Row* caller = nullptr;         // the user of the key; null where none was needed or sent
  const Mount* mount = nullptr;  // what the route is of, where it is of one

  // Of {name}; a path without it has 0 and "". handle() has seen that an id is a number.
  [[nodiscard]] std::int64_t id(std::string_view name) const;
  [[nodiscard]] const std::string& text(std::string_view name) const;
  [[nodiscard]] std::int64_t caller_id() const;  // 0: nobody
};

using Handler = Answer (*)(World&, const Request&, const PathParams&);

// By whose versions a path is served: whether `cal-api-version` asks for the newest shape, an old one, or nothing.
enum class Versions : std::uint8_t { any, bookings, event_types, schedules, slots };
enum class Shape : std::uint8_t { newest, old };

// The least that the key's user must be. `nobody`: no key is needed (one that is sent must still be good).
enum class Role : std::uint8_t { nobody, user, team_member, team_admin, org_member, org_admin };

struct Route {
  std::string method;
  std::string pattern;  // "/v2/bookings/{bookingUid}/cancel"
  Versions versions = Versions::any;
  Role role = Role::user;
  Handler handler = nullptr;
  Shape shape = Shape::newest;
  const Mount* mount = nullptr;
};
using Routes = std::vector<Route>;

// A path part {…Id} must be a number, but for those that are UUIDs (500, as Cal.com answers); {orgId}, {teamId} and {userId} are
// checked to be there and to belong together before the handler is called.
Answer handle(World& world, const Request& request);
// The same with the body as it came: empty is none, what is no JSON is refused before anything else is asked.
Answer handle(World& world, Request request, std::string_view body);

bool is_textual(std::string_view parameter);  // "webhookId", "attributeId": rows are found by their `_uuid`

const Routes& all_routes();
Routes booking_routes();   // booking_routes.cpp
Routes resource_routes();  // resource_routes.cpp

inline Answer success(boost::json::value data, unsigned status = 200) {
  return {status, boost::json::object{{"status", "success"}, {"data", std::move(data)}}};
}

}  // namespace calsync::sandbox
