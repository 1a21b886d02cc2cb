#include "connectors/calcom/sandbox/availability.hpp"

#include "connectors/calcom/sandbox/zones.hpp"
#include "tests/connectors/calcom/sandbox/sandbox_api.hpp"

namespace calsync::sandbox {
namespace {

using namespace std::chrono_literals;

Instant instant(const char* text) {
  return *parse_instant(text);
}

TEST(SandboxZones, ANameIsFoundInAnyCaseAndNothingElseIsAZone) {
  EXPECT_EQ(zone_name("europe/berlin"), "Europe/Berlin");
  EXPECT_EQ(zone_name("UTC"), "UTC");
  for (const char* text : {"", "Mars/Base", "Berlin", "Europe", "CEST"})
    EXPECT_EQ(zone_name(text), std::nullopt) << text;
}

TEST(SandboxZones, ClocksAreAheadBySummerAndWinterTime) {
  EXPECT_EQ(zoned_text("Europe/Berlin", instant("2026-10-25T00:59:00Z")), "2026-10-25T02:59:00.000+02:00");
  EXPECT_EQ(zoned_text("Europe/Berlin", instant("2026-10-25T01:00:00Z")), "2026-10-25T02:00:00.000+01:00");
  EXPECT_EQ(zoned_text("America/St_Johns", instant("2026-01-01T00:00:00Z")), "2025-12-31T20:30:00.000-03:30");
  const auto day = std::chrono::floor<std::chrono::days>(instant("2026-07-01T00:00:00Z"));
  EXPECT_EQ(at_wall_time("Europe/Berlin", day, 9h), instant("2026-07-01T07:00:00Z"));
}

struct SandboxAvailability : SandboxApi {
  SandboxAvailability() {
    world.schedules.insert(
        {{"ownerId", 2},
         {"name", "S"},
         {"timeZone", "Europe/Berlin"},
         {"availability", boost::json::parse(R"([{"days":["Monday"],"startTime":"09:00","endTime":"12:00"},
                                                                    {"days":["Monday"],"startTime":"12:00","endTime":"13:00"}])")},
         {"overrides", boost::json::parse(R"([{"date":"2026-11-30","startTime":"20:00","endTime":"21:00"},
                                                                 {"date":"2026-12-07","startTime":"00:00","endTime":"00:00"}])")}});
    world.users.find(2)->insert_or_assign("defaultScheduleId", 2);
  }
  bool available(const char* start, const char* end) {
    return is_available(world, 2, type, {instant(start), instant(end)});
  }
  Row type{{"ownerId", 2}, {"beforeEventBuffer", 10}, {"afterEventBuffer", 0}};
};

TEST_F(SandboxAvailability, HoursAreThoseOfTheSchedulesZoneAndTouchingOnesAreOne) {
  EXPECT_TRUE(available("2026-11-23T10:30:00Z", "2026-11-23T11:30:00Z"));
  EXPECT_FALSE(available("2026-11-23T07:59:00Z", "2026-11-23T09:00:00Z"));
  EXPECT_FALSE(available("2026-11-24T10:30:00Z", "2026-11-24T11:30:00Z"));
}

TEST_F(SandboxAvailability, AnOverrideReplacesTheDay) {
  EXPECT_FALSE(available("2026-11-30T10:00:00Z", "2026-11-30T11:00:00Z"));
  EXPECT_TRUE(available("2026-11-30T19:00:00Z", "2026-11-30T20:00:00Z"));
  EXPECT_FALSE(available("2026-12-07T10:00:00Z", "2026-12-07T11:00:00Z"));
}

TEST_F(SandboxAvailability, WhatIsBookedOrTimeOffIsInTheWayAndABufferToo) {
  world.bookings.insert({{"userId", 1},
                         {"_hostIds", {2}},
                         {"status", "accepted"},
                         {"start", "2026-11-23T09:00:00.000Z"},
                         {"end", "2026-11-23T09:30:00.000Z"}});
  EXPECT_FALSE(available("2026-11-23T09:15:00Z", "2026-11-23T09:45:00Z"));
  EXPECT_FALSE(available("2026-11-23T09:35:00Z", "2026-11-23T10:05:00Z"));
  EXPECT_TRUE(available("2026-11-23T09:40:00Z", "2026-11-23T10:10:00Z"));
  world.bookings.rows().begin()->second["status"] = "cancelled";
  EXPECT_TRUE(available("2026-11-23T09:15:00Z", "2026-11-23T09:45:00Z"));
  world.out_of_office.insert(
      {{"userId", 2}, {"start", "2026-11-23T00:00:00.000Z"}, {"end", "2026-11-23T23:59:59.999Z"}});
  EXPECT_FALSE(available("2026-11-23T09:15:00Z", "2026-11-23T09:45:00Z"));
}

TEST_F(SandboxAvailability, WhatIsMovedIsInTheWayWhereItIsNowAndNoMoreWhereItWas) {
  const auto booking = world.bookings.insert({{"userId", 2},
                                              {"status", "accepted"},
                                              {"start", "2026-11-23T09:00:00.000Z"},
                                              {"end", "2026-11-23T09:30:00.000Z"}});
  const auto away = world.out_of_office.insert(
      {{"userId", 2}, {"start", "2026-12-14T00:00:00.000Z"}, {"end", "2026-12-14T23:59:59.999Z"}});
  EXPECT_FALSE(available("2026-11-23T09:00:00Z", "2026-11-23T09:30:00Z"));
  EXPECT_FALSE(available("2026-12-14T09:00:00Z", "2026-12-14T09:30:00Z"));
  for (Row* row : {world.bookings.find(booking), world.out_of_office.find(away)}) {
    (*row)["start"] = row->contains("status") ? "2026-12-14T09:00:00.000Z" : "2026-12-21T00:00:00.000Z";
    (*row)["end"] = row->contains("status") ? "2026-12-14T09:30:00.000Z" : "2026-12-21T23:59:59.999Z";
  }
  world.bookings.changed(booking);
  world.out_of_office.changed(away);
  EXPECT_TRUE(available("2026-11-23T09:00:00Z", "2026-11-23T09:30:00Z"));
  EXPECT_FALSE(available("2026-12-14T09:15:00Z", "2026-12-14T09:45:00Z"));
  EXPECT_TRUE(available("2026-12-14T09:40:00Z", "2026-12-14T10:10:00Z"));
  EXPECT_FALSE(available("2026-12-21T09:00:00Z", "2026-12-21T09:30:00Z"));
  world.bookings.erase(booking);
  EXPECT_TRUE(available("2026-12-14T09:15:00Z", "2026-12-14T09:45:00Z"));
}

TEST_F(SandboxAvailability, RoundRobinNeedsOneHostCollectiveAll) {
  const Span then{instant("2026-11-23T09:15:00Z"), instant("2026-11-23T09:45:00Z")};
  type["_hosts"] = boost::json::parse(R"([{"userId":1},{"userId":2}])");
  world.out_of_office.insert(
      {{"userId", 1}, {"start", "2026-11-23T00:00:00.000Z"}, {"end", "2026-11-23T23:59:59.999Z"}});
  type["schedulingType"] = "roundRobin";
  EXPECT_TRUE(is_bookable(world, type, then));
  type["schedulingType"] = "collective";
  EXPECT_FALSE(is_bookable(world, type, then));
}

}  // namespace
}  // namespace calsync::sandbox
