#include "daemon/admin/time_words.hpp"

#include <gtest/gtest.h>

namespace calsync {
namespace {

const Instant now = *parse_instant("2026-11-20T12:00:00Z");

TEST(TimeWords, AreReadAsPeopleTypeThem) {
  struct Row {
    const char* text;
    Edge edge;
    const char* expected;
  };
  for (const Row& row : {Row{"2026-11-20", Edge::since, "2026-11-20T00:00:00.000Z"},
                         Row{"2026-11-20", Edge::until, "2026-11-21T00:00:00.000Z"},
                         Row{"2026-11-20T09:30:00Z", Edge::until, "2026-11-20T09:30:00.000Z"},
                         Row{"2026-11-20T09:30:00+02:00", Edge::since, "2026-11-20T07:30:00.000Z"},
                         Row{"2h", Edge::since, "2026-11-20T10:00:00.000Z"},
                         Row{"7d", Edge::until, "2026-11-13T12:00:00.000Z"},
                         Row{"90m", Edge::since, "2026-11-20T10:30:00.000Z"},
                         Row{"now", Edge::until, "2026-11-20T12:00:00.000Z"}}) {
    const auto got = parse_when(row.text, row.edge, now);
    ASSERT_TRUE(got) << row.text << ": " << got.error().text();
    EXPECT_EQ(to_text(*got), row.expected) << row.text;
  }
}

TEST(TimeWords, RefuseWhatIsNoTime) {
  for (const char* text : {"", "yesterday", "2026-02-30", "2026-13-01", "20-11-2026", "2 hours"})
    EXPECT_FALSE(parse_when(text, Edge::since, now)) << text;
}

}  // namespace
}  // namespace calsync
