#include "state/base/time.hpp"

#include <gtest/gtest.h>

#include <random>

namespace calsync {
namespace {

using std::chrono::milliseconds;

struct InstantCase {
  std::string text;
  std::string expected;  // empty: refused
};

TEST(Instant, ReadsEveryFormThatCalComSends) {
  const InstantCase cases[] = {
      {"2026-11-20T09:30:00.000Z", "2026-11-20T09:30:00.000Z"},
      {"2026-11-20T09:30:00Z", "2026-11-20T09:30:00.000Z"},
      {"2026-11-20T09:30:00z", "2026-11-20T09:30:00.000Z"},
      {"2026-11-20t09:30:00Z", "2026-11-20T09:30:00.000Z"},
      {"2026-11-20 09:30:00Z", "2026-11-20T09:30:00.000Z"},
      {"2026-11-20T09:30Z", "2026-11-20T09:30:00.000Z"},
      {"2026-11-20T09:30:00+00:00", "2026-11-20T09:30:00.000Z"},
      {"2026-11-20T09:30:00+05:30", "2026-11-20T04:00:00.000Z"},
      {"2026-11-20T09:30:00-0800", "2026-11-20T17:30:00.000Z"},
      {"2026-11-20T09:30:00+02", "2026-11-20T07:30:00.000Z"},
      {"2026-11-20T09:30:00.1Z", "2026-11-20T09:30:00.100Z"},
      {"2026-11-20T09:30:00.123456789Z", "2026-11-20T09:30:00.123Z"},
      {"2026-11-20T09:30:00.9999Z", "2026-11-20T09:30:00.999Z"},
      {"2026-12-31T23:59:60Z", "2027-01-01T00:00:00.000Z"},
      {"2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"},
      {"2026-01-01T00:30:00+01:00", "2025-12-31T23:30:00.000Z"},
      {"1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"},
  };
  for (const auto& [text, expected] : cases) {
    const auto instant = parse_instant(text);
    ASSERT_TRUE(instant) << text;
    EXPECT_EQ(to_text(*instant), expected) << text;
  }
}

TEST(Instant, RefusesWhatNamesNoInstant) {
  for (const char* text : {"",
                           "2026-11-20",
                           "2026-11-20T09:30:00",
                           "2026-11-20T09:30:00.Z",
                           "2026-11-20T09:30:00Zx",
                           "2026-02-29T00:00:00Z",
                           "2026-13-01T00:00:00Z",
                           "2026-00-10T00:00:00Z",
                           "2026-11-31T00:00:00Z",
                           "2026-11-20T24:00:00Z",
                           "2026-11-20T09:60:00Z",
                           "2026-11-20T09:30:61Z",
                           "2026-11-20T09:30:00+24:00",
                           "2026-11-20T09:30:00+01:60",
                           "2026-11-20T09:30:00+01:",
                           "2026-11-20T09:30:00+1",
                           " 2026-11-20T09:30:00Z",
                           "2026-1-20T09:30:00Z",
                           "+026-11-20T09:30:00Z",
                           "now"}) {
    const auto instant = parse_instant(text);
    ASSERT_FALSE(instant) << text;
    EXPECT_EQ(instant.error().code, Errc::rejected);
  }
}

TEST(Instant, ComesBackFromItsTextForAnyMillisecondOfFourDigitYears) {
  std::mt19937_64 random(20261121);  // NOLINT(cert-msc51-cpp): the same numbers in every run
  const auto first = parse_instant("0001-01-01T00:00:00Z")->time_since_epoch().count();
  const auto last = parse_instant("9999-12-31T23:59:59.999Z")->time_since_epoch().count();
  std::uniform_int_distribution<std::int64_t> any(first, last);
  for (int i = 0; i < 20'000; ++i) {
    const Instant instant{milliseconds{any(random)}};
    const auto back = parse_instant(to_text(instant));
    ASSERT_TRUE(back) << to_text(instant);
    ASSERT_EQ(*back, instant);
  }
}

TEST(DatePart, IsTakenAsWrittenAndNeverConverted) {
  EXPECT_EQ(*parse_date_part("2026-12-21"), "2026-12-21");
  EXPECT_EQ(*parse_date_part("2026-12-21T23:30:00.000-08:00"), "2026-12-21");
  EXPECT_EQ(*parse_date_part("2026-12-21 00:00"), "2026-12-21");
  for (const char* text : {"", "2026-12", "2026-12-32", "2026-12-21x", "21.12.2026"})
    EXPECT_FALSE(parse_date_part(text)) << text;
}

TEST(Duration, IsReadInEveryUnitAndShownInTheLargestThatFits) {
  const std::pair<const char*, const char*> cases[] = {
      {"500ms", "500ms"}, {"1500ms", "1500ms"}, {"10s", "10s"}, {"120s", "2m"}, {"2m", "2m"},
      {"90m", "90m"},     {"24h", "1d"},        {"35d", "35d"}, {"0s", "0s"},   {"0d", "0s"}};
  for (const auto& [text, shown] : cases) {
    const auto duration = parse_duration(text);
    ASSERT_TRUE(duration) << text;
    EXPECT_EQ(to_text(*duration), shown) << text;
    EXPECT_EQ(*parse_duration(to_text(*duration)), *duration) << text;
  }
}

TEST(Duration, RefusesWhatCouldMeanTwoThings) {
  for (const char* text : {"", "2", "m", "2 m", "-2m", "+2m", "2.5h", "2M", "2min", "1h30m",
                           "99999999999999999999s", "9223372036854775807d"})
    EXPECT_FALSE(parse_duration(text)) << text;
}

}  // namespace
}  // namespace calsync
