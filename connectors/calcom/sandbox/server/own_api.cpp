#include "connectors/calcom/sandbox/server/own_api.hpp"

#include "connectors/calcom/sandbox/row.hpp"
#include "connectors/calcom/sandbox/ui_changes.hpp"

#include <charconv>

namespace calsync::sandbox {

namespace json = boost::json;

namespace {

using Parts = std::vector<std::string_view>;

Parts parts_of(std::string_view path) {
  Parts parts;
  while (!path.empty()) {
    const auto slash = path.find('/', 1);
    parts.push_back(path.substr(1, slash == std::string_view::npos ? slash : slash - 1));
    path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash);
  }
  return parts;
}

Answer about(const Sandbox& sandbox) {
  return success(json::object{{"sandbox", true},
                              {"says", "This is calsync's sandbox, not Cal.com: nobody here is real."},
                              {"organizationId", sandbox.world.organization_id},
                              {"now", to_text(sandbox.clock.wall())},
                              {"bookings", sandbox.world.bookings.rows().size()},
                              {"requestsRefused", sandbox.world.limit.refused},
                              {"deliveriesWaiting", sandbox.sender.waiting()}});
}

Answer history(const Sandbox& sandbox, const Request& request) {
  const auto wanted = request.query.find("bookingUid");
  json::array facts;
  for (const Row& fact : sandbox.world.history)
    if (wanted == request.query.end() || text_of(fact, "uid") == wanted->second) facts.push_back(fact);
  return success(std::move(facts));
}

Answer move_clock(const Sandbox& sandbox, const json::object& body) {
  const auto by = parse_duration(text_of(body, "advance"));
  if (!by) return refused(400, R"(the body must say how far, as {"advance": "90m"}: )" + by.error().what);
  sandbox.clock.ahead += *by;
  return success(json::object{{"now", to_text(sandbox.clock.wall())}});
}

Answer of_booking(World& world, const std::string& method, const Parts& parts, const json::object& body) {
  if (method == "DELETE" && parts.size() == 3) return delete_booking(world, parts[2]);
  if (method == "POST" && parts.size() == 4 && parts[3] == "location")
    return change_location(world, parts[2], body);
  if (method == "POST" && parts.size() == 4 && parts[3] == "guests") return add_guests(world, parts[2], body);
  if (method == "POST" && parts.size() == 4 && parts[3] == "move-to-past")
    return move_to_past(world, parts[2]);
  return refused(404,
                 "there are POST /sandbox/bookings/UID/location, …/guests, …/move-to-past and DELETE "
                 "/sandbox/bookings/UID");
}

Answer of_time_off(World& world, const std::string& method, const Parts& parts, const json::object& body) {
  if (method == "POST" && parts.size() == 2) return set_out_of_office(world, body);
  std::int64_t id = 0;
  if (parts.size() == 3) std::from_chars(parts[2].data(), parts[2].data() + parts[2].size(), id);
  if (method == "DELETE" && id != 0) return delete_out_of_office(world, id);
  return refused(404, "there are POST /sandbox/out-of-office and DELETE /sandbox/out-of-office/ID");
}

}  // namespace

bool is_own(std::string_view path) {
  return path == "/sandbox" || path.starts_with("/sandbox/");
}

Answer own_api(Sandbox sandbox, const Request& request) {
  static const json::object nothing;
  const json::object& body = request.body.is_object() ? request.body.get_object() : nothing;
  const Parts parts = parts_of(request.path);
  const std::string_view what = parts.size() > 1 ? parts[1] : "";
  if (request.method == "GET" && what.empty()) return about(sandbox);
  if (request.method == "GET" && what == "history") return history(sandbox, request);
  if (request.method == "GET" && what == "deliveries") return success(sandbox.sender.log());
  if (request.method == "POST" && what == "clock") return move_clock(sandbox, body);
  if (what == "bookings" && parts.size() > 2) return of_booking(sandbox.world, request.method, parts, body);
  if (what == "out-of-office") return of_time_off(sandbox.world, request.method, parts, body);
  return refused(
      404,
      "the sandbox's own routes are /sandbox, /sandbox/history, /sandbox/deliveries, /sandbox/clock, "
      "/sandbox/bookings/… and /sandbox/out-of-office");
}

}  // namespace calsync::sandbox
