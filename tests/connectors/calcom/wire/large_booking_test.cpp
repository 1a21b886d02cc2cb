// One signed body may name tens of thousands of people. Comparing each with each would take minutes.
#include "tests/connectors/calcom/wire/deliveries.hpp"
#include "tests/connectors/calcom/wire/fold_bench.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace calsync {
namespace {

namespace json = boost::json;

constexpr int many = 20'000;

std::string person(int n, bool seated) {
  const std::string name = "p" + std::to_string(n);
  return R"({"name":")" + name + R"(","email":")" + name + R"(@client.test")" +
         (seated ? R"(,"bookingSeat":{"referenceUid":"seat-)" + name + "\"}" : "") + "}";
}
std::string everybody(bool seated) {
  std::string out = person(0, seated);
  for (int n = 1; n < many; ++n) out += "," + person(n, seated);
  return out;
}
Delivery about(const std::string& trigger, int at, const std::string& attendees, const std::string& more) {
  return {trigger, minute(at), R"("uid":"big","attendees":[)" + attendees + "]" + more};
}
json::value booking_of(const Normalised& out) {
  return json::parse(out.events.at(0).value).at("booking");
}

TEST(LargeBooking, IsCreatedAndChangedWithAllItsAttendees) {
  FoldBench bench;
  const auto made = bench.take(about("BOOKING_CREATED", 1, everybody(false), R"(,"title":"A")").text());
  EXPECT_EQ(booking_of(made).at("attendees").as_array().size(), std::size_t{many});
  const auto changed = bench.take(about("BOOKING_CREATED", 2, everybody(false), R"(,"title":"B")").text());
  EXPECT_EQ(changed.events.at(0).type, "booking.changed");
  EXPECT_EQ(booking_of(changed).at("attendees").as_array().size(), std::size_t{many});
}

TEST(LargeBooking, FillsItsSeatsAndLosesThemOneByOne) {
  FoldBench bench;
  const std::string seats = R"(,"seatsPerTimeSlot":)" + std::to_string(many);
  const auto made = bench.take(about("BOOKING_CREATED", 1, everybody(true), seats).text());
  EXPECT_EQ(booking_of(made).at("seats").at("taken").as_int64(), many);
  // A seat that nobody has, left by all: as many leavings as there are seats.
  bench.take(about("BOOKING_CANCELLED", 2, everybody(false), seats + R"(,"attendeeSeatId":"none")").text());
  const auto one = bench.take(about("BOOKING_CANCELLED", 3, person(5, false), seats).text());
  EXPECT_EQ(one.events.at(0).type, "booking.seat_cancelled");
  EXPECT_EQ(booking_of(one).at("seats").at("taken").as_int64(), many - 1);
}

}  // namespace
}  // namespace calsync
