#include "daemon/care/forget_json.hpp"

#include <boost/json.hpp>

namespace calsync {
namespace json = boost::json;
namespace {

NamedBooking named_booking(const json::object& told) {
  NamedBooking one{std::string(told.at("uid").as_string()), std::nullopt, NamedAs::text};
  if (const auto* start = told.at("start").if_string())
    if (const auto at = parse_instant({start->data(), start->size()})) one.start = *at;
  if (const auto role = named_as(std::string_view(told.at("role").as_string()))) one.role = *role;
  return one;
}

}  // namespace

json::object forget_json(const ForgetFacts& facts) {
  json::array bookings, named, obstacles;
  for (const ErasedBooking& booking : facts.bookings) bookings.emplace_back(booking.uid);
  for (const NamedBooking& one : facts.named)
    named.push_back({{"uid", one.uid},
                     {"start", one.start ? json::value(to_text(*one.start)) : json::value(nullptr)},
                     {"role", to_text(one.role)}});
  for (const std::string& one : facts.obstacles) obstacles.emplace_back(one);
  return {{"records", facts.records},
          {"events", facts.events},
          {"bookings", std::move(bookings)},
          {"named", std::move(named)},
          {"rows", facts.rows},
          {"namedInTheOpen", facts.in_the_open},
          {"upto", facts.upto.value()},
          {"subjectErased", facts.proof ? json::value(facts.proof->value()) : json::value(nullptr)},
          {"obstacles", std::move(obstacles)}};
}

ForgetFacts forget_facts(const json::object& told) {
  const auto number = [&](const char* name) { return told.at(name).to_number<std::uint64_t>(); };
  ForgetFacts facts{.records = number("records"),
                    .events = number("events"),
                    .bookings = {},
                    .named = {},
                    .rows = number("rows"),
                    .in_the_open = number("namedInTheOpen"),
                    .upto = RawSequence{number("upto")},
                    .proof = std::nullopt,
                    .obstacles = {}};
  if (const json::value& proof = told.at("subjectErased"); !proof.is_null())
    facts.proof = EventSequence{proof.to_number<std::uint64_t>()};
  for (const json::value& one : told.at("named").as_array())
    facts.named.push_back(named_booking(one.as_object()));
  for (const json::value& uid : told.at("bookings").as_array())
    facts.bookings.push_back({std::string(uid.as_string()), std::nullopt, {}});
  for (const json::value& one : told.at("obstacles").as_array())
    facts.obstacles.emplace_back(one.as_string());
  return facts;
}

}  // namespace calsync
