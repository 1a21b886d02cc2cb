// Our own clock may jump by years (P28). It gives stamps, and it is the limit up to which a createdAt is
// believed; neither may change what is told of a booking.
#include "tests/connectors/calcom/wire/any_order.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace calsync {
namespace {

namespace json = boost::json;

constexpr std::chrono::hours ten_years{24 * 3652};

// What was told, but for the stamp.
std::string told(const Normalised& out) {
  std::string text = std::string(to_text(out.summary.outcome)) + " " + out.summary.reason;
  for (const auto& event : out.events) {
    json::object value = json::parse(event.value).as_object();
    value.erase("observedAt");
    text += "\n" + event.type + " " + event.key.value() + " " + to_text(event.time) + " " +
            json::serialize(value);
    for (const auto& state : event.states) text += "\n" + state.json;
  }
  return text;
}

// A booking's life and what is beside it, hours apart: more than the tolerance of 5 minutes.
History life() {
  History out{requested("a", 1),
              created("a", 2),
              {"BOOKING_CREATED", minute(9), common("a", R"(,"status":"ACCEPTED","location":"B")")},
              {"BOOKING_CREATED", minute(17), common("a", R"(,"status":"ACCEPTED","location":"A")")},
              rescheduled("b", "a", 25),
              created("a", 3, R"(,"location":"late")"),
              no_show("b", 33, true),
              no_show("b", 41, false),
              time_off("u", 45, "2026-12-22"),
              time_off("u", 49, "2026-12-21"),
              form("f", 50, "x"),
              form("f", 57, "x"),
              cancelled("b", 58)};
  return out;
}

std::vector<std::string> told_with(const History& history, std::size_t from, std::size_t to,
                                   std::chrono::hours jump) {
  FoldBench bench;
  std::vector<std::string> out;
  Instant newest{};
  for (std::size_t i = 0; i < history.size(); ++i) {
    newest = std::max(newest, at(history[i].created_at));
    const Instant wall = newest + std::chrono::milliseconds{40};
    out.push_back(told(bench.take(history[i].text(), i >= from && i < to ? wall + jump : wall)));
  }
  return out;
}

TEST(ClockJump, OfTenYearsInTheMiddleOfALifeChangesNoEvent) {
  const History history = life();
  const auto expected = told_with(history, 0, 0, {});
  for (const auto jump : {ten_years, -ten_years})
    for (std::size_t from = 1; from < history.size(); ++from)
      for (std::size_t to = from + 1; to <= history.size(); ++to)
        ASSERT_EQ(told_with(history, from, to, jump), expected)
            << "from " << from << " to " << to << " by hours: " << jump.count();
}

TEST(ClockJump, LeavesADeliveryWithoutCreatedAtAtTheNewestTimeThatWeHad) {
  FoldBench bench;
  const std::string body = R"({"triggerEvent":"BOOKING_CREATED","payload":{"uid":"a","title":"T"}})";
  bench.take(created("a", 1).text(), at("2026-09-14T08:01:00Z"));
  const auto out = bench.take(body, at("2016-09-14T08:02:00Z"));
  ASSERT_EQ(out.events.size(), 1U);
  EXPECT_EQ(out.events[0].time, at("2026-09-14T08:01:00Z"));
}

TEST(ClockJump, AStepBackOfLessThanFiveMinutesIsNoJump) {
  FoldBench bench;
  bench.take(created("a", 1).text(), at("2026-09-14T08:01:00Z"));
  const std::string ahead =
      R"({"triggerEvent":"BOOKING_CREATED","createdAt":"2099-01-01T00:00:00Z","payload":{"uid":"a","title":"U"}})";
  const auto out = bench.take(ahead, at("2026-09-14T07:57:00Z"));
  ASSERT_EQ(out.events.size(), 1U);
  EXPECT_EQ(out.events[0].time, at("2026-09-14T08:06:00Z"));
}

}  // namespace
}  // namespace calsync
