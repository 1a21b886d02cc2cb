#include "state/views/view_table.hpp"

#include <gtest/gtest.h>

#include <random>

namespace calsync {
namespace {

using Rows = std::vector<std::pair<std::string, std::string>>;

Rows scanned(ViewSource& views, std::string_view prefix, std::string_view after,
             std::size_t most = SIZE_MAX) {
  Rows rows;
  if (most == 0) return rows;
  views.scan(prefix, after, [&](std::string_view key, std::string_view value) {
    rows.emplace_back(key, value);
    return rows.size() < most;
  });
  return rows;
}

// What is on top of a source is seen as if it had been committed: the same rows, in the same order.
TEST(ViewTable, ScansAsTheCommittedRowsWould) {
  const std::string letters = "ab/";
  for (unsigned seed = 1; seed <= 500; ++seed) {
    std::mt19937 random(seed);
    const auto key = [&] {
      std::string text;
      for (auto n = random() % 4; n > 0; --n) text += letters[random() % letters.size()];
      return text;
    };
    MemoryViews below;
    for (auto n = random() % 12; n > 0; --n) below.rows[key()] = std::to_string(random() % 9);
    ViewTable table(below);
    for (auto n = random() % 12; n > 0; --n) {
      if (random() % 3 == 0)
        table.erase(key());
      else
        table.put(key(), "mine" + std::to_string(random() % 9));
    }
    MemoryViews committed = below;
    committed.apply(table.changes());
    const std::string prefix = key();
    const std::string after = key();
    const std::size_t most = random() % 6;
    SCOPED_TRACE("seed " + std::to_string(seed));
    EXPECT_EQ(scanned(table, prefix, after, most), scanned(committed, prefix, after, most));
    for (const auto& [found, value] : scanned(committed, prefix, after)) {
      EXPECT_TRUE(found.starts_with(prefix));
      EXPECT_GT(found, after.empty() ? std::string() : after);
    }
  }
}

TEST(ViewTable, AScanBeginsAboveAfterAndEndsWithThePrefix) {
  MemoryViews views;
  for (const char* key : {"a/9", "b/1", "b/2", "b/3", "c/1"}) views.rows[key] = key;
  EXPECT_EQ(scanned(views, "b/", ""), (Rows{{"b/1", "b/1"}, {"b/2", "b/2"}, {"b/3", "b/3"}}));
  EXPECT_EQ(scanned(views, "b/", "b/1"), (Rows{{"b/2", "b/2"}, {"b/3", "b/3"}}));
  EXPECT_EQ(scanned(views, "b/", "b/3"), Rows{});
  EXPECT_EQ(scanned(views, "b/", "", 1), (Rows{{"b/1", "b/1"}}));
}

}  // namespace
}  // namespace calsync
