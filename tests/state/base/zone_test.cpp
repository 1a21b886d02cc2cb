#include "state/base/zone.hpp"

#include <gtest/gtest.h>

namespace calsync {
namespace {

std::chrono::year_month_day day(const char* text) {
  return *parse_day(text);
}

struct DayCase {
  const char *zone, *day, *begins;
};

TEST(Zone, ADayBeginsWhereItBeginsThere) {
  const DayCase cases[] = {
      {"UTC", "2026-11-20", "2026-11-20T00:00:00.000Z"},
      {"Europe/London", "2026-11-20", "2026-11-20T00:00:00.000Z"},
      {"Europe/London", "2026-07-01", "2026-06-30T23:00:00.000Z"},
      {"Europe/London", "2026-03-29", "2026-03-29T00:00:00.000Z"},     // the clock goes forward at 01:00
      {"Europe/London", "2026-03-30", "2026-03-29T23:00:00.000Z"},     // a day of 23 hours
      {"America/New_York", "2026-11-01", "2026-11-01T04:00:00.000Z"},  // of 25 hours
      {"America/New_York", "2026-11-02", "2026-11-02T05:00:00.000Z"},
      {"Asia/Kathmandu", "2026-01-01", "2025-12-31T18:15:00.000Z"},
      {"Africa/Cairo", "2024-04-26", "2024-04-25T22:00:00.000Z"},  // there was no 00:00: it began at 01:00
      {"Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00.000Z"},  // there was no 30 December
  };
  for (const auto& [zone, text, begins] : cases) {
    SCOPED_TRACE(std::string(zone) + " " + text);
    EXPECT_EQ(to_text(Zone::find(zone)->start_of(day(text))), begins);
  }
}

TEST(Zone, ShowsAnInstantInItsOwnTimeWithTheOffset) {
  const auto in = [](const char* zone, const char* at) {
    return Zone::find(zone)->local(*parse_instant(at));
  };
  EXPECT_EQ(in("UTC", "2026-11-20T09:30:00Z"), "2026-11-20T09:30:00+00:00");
  EXPECT_EQ(in("Europe/London", "2026-10-25T00:30:00Z"), "2026-10-25T01:30:00+01:00");
  EXPECT_EQ(in("Europe/London", "2026-10-25T01:30:00Z"), "2026-10-25T01:30:00+00:00");
  EXPECT_EQ(in("America/St_Johns", "2026-11-20T00:00:00Z"), "2026-11-19T20:30:00-03:30");
}

TEST(Zone, IsKnownByItsNameOnly) {
  for (const char* name : {"", "Europe/Nowhere", "../etc/passwd", "/etc/localtime", "London"})
    EXPECT_FALSE(Zone::find(name)) << name;
  for (const char* name : {"UTC", "Etc/GMT+5", "America/Argentina/Buenos_Aires", "Europe/Kyiv"})
    EXPECT_TRUE(Zone::find(name)) << name;
}

TEST(Day, IsWrittenInOneWay) {
  EXPECT_TRUE(parse_day("2024-02-29"));
  for (const char* text : {"2026-02-29", "2026-13-01", "2026-1-1", "20.11.2026", "", "2026-11-20T00:00:00Z"})
    EXPECT_FALSE(parse_day(text)) << text;
}

}  // namespace
}  // namespace calsync
