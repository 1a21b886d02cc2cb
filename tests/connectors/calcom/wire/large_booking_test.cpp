// One signed body may name tens of thousands of people, and each delivery after it costs what the booking has
// become: up to the limits it is read, beyond them it is refused.
#include "state/views/booking_limits.hpp"
#include "tests/connectors/calcom/wire/deliveries.hpp"
#include "tests/connectors/calcom/wire/fold_bench.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace calsync {
namespace {

namespace json = boost::json;

constexpr int many = most_people;

std::string person(int n, bool seated) {
  const std::string name = "p" + std::to_string(n);
  return R"({"name":")" + name + R"(","email":")" + name + R"(@client.test")" +
         (seated ? R"(,"bookingSeat":{"referenceUid":"seat-)" + name + "\"}" : "") + "}";
}
std::string people(int from, int to, bool seated = false) {
  std::string out = person(from, seated);
  for (int n = from + 1; n < to; ++n) out += "," + person(n, seated);
  return out;
}
std::string everybody(bool seated) {
  return people(0, many, seated);
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

TEST(LargeBooking, BeyondALimitIsRefusedWithTheLimitAndChangesNothing) {
  std::string answers;
  for (std::size_t n = 0; n <= most_answers; ++n)
    answers += (n == 0 ? "\"q" : ",\"q") + std::to_string(n) + "\":1";
  const std::string title(most_bytes, 'x');
  const std::pair<Delivery, std::string> cases[] = {
      {about("BOOKING_CREATED", 1, people(0, many + 1), ""), "2000 people"},
      {about("MEETING_STARTED", 1, people(0, many + 1), ""), "2000 people"},
      {about("BOOKING_CREATED", 1, "", R"(,"responses":{)" + answers + "}"), "1000 answers"},
      {about("BOOKING_CREATED", 1, "", R"(,"title":")" + title + "\""), "512 KiB"},
      {about("BOOKING_RESCHEDULED", 1, "", R"(,"rescheduleUid":"old","title":")" + title + "\""), "512 KiB"},
  };
  for (const auto& [delivery, most] : cases) {
    FoldBench bench;
    const auto out = bench.take(delivery.text());
    EXPECT_EQ(out.summary.outcome, RecordOutcome::quarantined) << most;
    EXPECT_EQ(out.summary.reason, "the booking would have more than " + most);
    EXPECT_TRUE(out.events.empty());
    EXPECT_EQ(bench.views.rows.count("b/big") + bench.views.rows.count("b/old"), 0U) << most;
    EXPECT_EQ(bench.type(created("big", 1).text()), "booking.created") << most;
  }
}

TEST(LargeBooking, DoesNotGrowByPeopleWhoComeAndGo) {
  FoldBench bench;
  const std::string seats = R"(,"seatsPerTimeSlot":1000)";
  bench.take(about("BOOKING_CREATED", 1, people(0, 1'000, true), seats).text());
  bench.take(about("BOOKING_CREATED", 2, people(1'000, 2'000, true), seats).text());
  const auto refused = bench.take(about("BOOKING_CREATED", 3, people(1'500, 2'500, true), seats).text());
  EXPECT_EQ(refused.summary.reason, "the booking would have more than 2000 people");
  const auto after =
      bench.take(about("BOOKING_CREATED", 4, people(1'000, 2'000, true), seats + R"(,"title":"B")").text());
  EXPECT_EQ(booking_of(after).at("seats").at("taken").as_int64(), 2'000);
}

}  // namespace
}  // namespace calsync
