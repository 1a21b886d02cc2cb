#include "daemon/project/followed_views.hpp"

#include <gtest/gtest.h>

#include <random>

namespace calsync {
namespace {

using Rows = std::vector<std::pair<std::string, std::string>>;

Rows rows_of(ViewSource& source, std::string_view prefix, std::string_view after = {},
             std::size_t most = 1000) {
  Rows rows;
  source.scan(prefix, after, [&](std::string_view key, std::string_view value) {
    rows.emplace_back(key, value);
    return rows.size() < most;
  });
  return rows;
}

ViewTable::Changes some_changes(std::mt19937& random) {
  ViewTable::Changes changes;
  for (auto left = random() % 4 + 1; left > 0; --left) {
    const std::string key = (random() % 2 == 0 ? "b/" : "c/") + std::to_string(random() % 150);
    changes[key] = random() % 4 == 0 ? std::nullopt : std::optional(std::to_string(random() % 3));
  }
  return changes;
}

// Whatever is written in whatever order, it reads as a table that holds all of it.
TEST(FollowedViews, ReadAsATableThatHoldsEverything) {
  for (unsigned seed = 1; seed <= 4 && !::testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    MemoryViews begin, end;
    for (int row = 0; row < 100; ++row) begin.rows["b/" + std::to_string(random() % 150)] = "begin";
    std::vector<ViewTable::Changes> steps;
    for (int step = 0; step < 150; ++step) steps.push_back(some_changes(random));
    end.rows = begin.rows;
    for (const auto& changes : steps)
      for (const auto& [key, value] : changes)
        if (value)
          end.rows[key] = *value;
        else
          end.rows.erase(key);
    ViewTable whole(begin);
    FollowedViews followed(begin, end);
    for (const auto& changes : steps) {
      whole.apply(changes);
      followed.apply(changes);
      for (const auto& [key, value] : changes) ASSERT_EQ(followed.get(key), value);
      const std::string after = "b/" + std::to_string(random() % 150);
      for (const char* prefix : {"", "b/", "b/1", "c/9", "d/"})
        ASSERT_EQ(rows_of(followed, prefix), rows_of(whole, prefix)) << prefix;
      ASSERT_EQ(rows_of(followed, "b/", after, 5), rows_of(whole, "b/", after, 5)) << after;
    }
    EXPECT_EQ(followed.held(), 0U) << "at the end all is as it is now";
  }
}

}  // namespace
}  // namespace calsync
