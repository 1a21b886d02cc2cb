#include "connectors/calcom/sandbox/booking_parts.hpp"

namespace calsync::sandbox {

namespace json = boost::json;

Answer get_booking(World& world, const Request&, const PathParams& params) {
  const std::string& uid = params.text("bookingUid");
  if (const auto all = series(world, uid); !all.empty()) {
    json::array data;
    for (const Row* one : all) data.push_back(shown_booking(world, *one));
    return success(std::move(data));
  }
  const Row* booking = find_booking(world, uid);
  return booking == nullptr ? unknown_booking(uid) : success(shown_booking(world, *booking));
}

Answer get_by_seat(World& world, const Request&, const PathParams& params) {
  const std::string& seat = params.text("seatUid");
  const Row* booking = find_seat(world, seat);
  if (booking != nullptr) return success(shown_booking(world, *booking));
  return refused(404, "Booking with seatUid=" + seat + " was not found in the database");
}

Routes booking_routes() {
  const std::string one = "/v2/bookings/{bookingUid}";
  constexpr auto versions = Versions::bookings;
  Routes routes{{"POST", "/v2/bookings", versions, Role::nobody, create_booking},
                {"GET", one, versions, Role::nobody, get_booking},
                {"GET", "/v2/bookings/by-seat/{seatUid}", versions, Role::nobody, get_by_seat},
                {"POST", one + "/cancel", versions, Role::nobody, cancel_booking},
                {"POST", one + "/reschedule", versions, Role::nobody, reschedule_booking},
                {"POST", one + "/confirm", versions, Role::user, confirm_booking},
                {"POST", one + "/decline", versions, Role::user, decline_booking},
                {"POST", one + "/reassign", versions, Role::user, reassign_booking},
                {"POST", one + "/reassign/{userId}", versions, Role::user, reassign_booking},
                {"POST", one + "/mark-absent", versions, Role::user, mark_absent}};
  for (const auto part : {booking_list_routes, old_booking_routes})
    for (Route& route : part()) routes.push_back(std::move(route));
  return routes;
}

}  // namespace calsync::sandbox
