#include "daemon/care/forget_json.hpp"

#include <boost/json.hpp>

namespace calsync {
namespace json = boost::json;

json::object forget_json(const ForgetFacts& facts) {
  json::array bookings, obstacles;
  for (const ErasedBooking& booking : facts.bookings) bookings.emplace_back(booking.uid);
  for (const std::string& one : facts.obstacles) obstacles.emplace_back(one);
  return {{"records", facts.records},
          {"events", facts.events},
          {"bookings", std::move(bookings)},
          {"rows", facts.rows},
          {"namedInTheOpen", facts.in_the_open},
          {"upto", facts.upto.value()},
          {"obstacles", std::move(obstacles)}};
}

ForgetFacts forget_facts(const json::object& told) {
  const auto number = [&](const char* name) { return told.at(name).to_number<std::uint64_t>(); };
  ForgetFacts facts{.records = number("records"),
                    .events = number("events"),
                    .bookings = {},
                    .rows = number("rows"),
                    .in_the_open = number("namedInTheOpen"),
                    .upto = RawSequence{number("upto")},
                    .obstacles = {}};
  for (const json::value& uid : told.at("bookings").as_array())
    facts.bookings.push_back({std::string(uid.as_string()), std::nullopt, {}});
  for (const json::value& one : told.at("obstacles").as_array())
    facts.obstacles.emplace_back(one.as_string());
  return facts;
}

}  // namespace calsync
