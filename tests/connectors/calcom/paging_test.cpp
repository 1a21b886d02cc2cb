#include "connectors/calcom/paging.hpp"

#include "tests/connectors/calcom/scripted_api.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <charconv>
#include <random>

namespace calsync {
namespace {

std::size_t number_in(const std::string& call, const std::string& name) {
  const std::size_t at = call.find(name + "=") + name.size() + 1;
  std::size_t number = 0;
  std::from_chars(call.data() + at, call.data() + call.size(), number);
  return number;
}

std::string rows(std::size_t from, std::size_t to, const char* name = "id") {
  std::string out = "[";
  for (std::size_t i = from; i < to; ++i)
    out += (i == from ? "{\"" : ",{\"") + std::string(name) + "\":" + std::to_string(i) + "}";
  return out + "]";
}

TEST(Paging, ReadsUntilAPageIsNotFull) {
  ScriptedApi api([](const std::string& call, std::string_view) {
    const std::size_t skip = number_in(call, "skip");
    return success(rows(skip, std::min<std::size_t>(skip + number_in(call, "take"), 600)));
  });
  const auto all = list_all(api, "/v2/organizations/1/users?teamIds=1", ApiUse::poll);
  ASSERT_TRUE(all) << all.error().text();
  EXPECT_EQ(all->size(), 600U);
  EXPECT_EQ(api.calls,
            (std::vector<std::string>{"GET /v2/organizations/1/users?teamIds=1&take=250&skip=0",
                                      "GET /v2/organizations/1/users?teamIds=1&take=250&skip=250",
                                      "GET /v2/organizations/1/users?teamIds=1&take=250&skip=500"}));
}

TEST(Paging, AListOfExactlyFullPagesEndsWithAnEmptyOne) {
  ScriptedApi api([](const std::string& call, std::string_view) {
    const std::size_t skip = number_in(call, "skip");
    return success(rows(skip, std::max<std::size_t>(skip, 250)));
  });
  EXPECT_EQ(list_all(api, "/v2/x", ApiUse::poll)->size(), 250U);
  EXPECT_EQ(api.calls.size(), 2U);
}

TEST(Paging, AServerThatIgnoresTakeAndSkipIsReadOnce) {
  for (const std::size_t count : {3U, 250U, 900U}) {
    ScriptedApi api([count](const std::string&, std::string_view) { return success(rows(0, count)); });
    const auto all = list_all(api, "/v2/organizations/1/teams", ApiUse::drift);
    ASSERT_TRUE(all);
    EXPECT_EQ(all->size(), count);
    EXPECT_LE(api.calls.size(), 2U) << count;
  }
}

TEST(Paging, BookingsAreReadWhileTheServerSaysThereIsMore) {
  ScriptedApi api([](const std::string& call, std::string_view) {  // short pages, odd sizes
    const std::size_t skip = number_in(call, "skip");
    const std::size_t to = std::min<std::size_t>(skip + 7, 20);
    return success(rows(skip, to, "uid"), R"(,"pagination":{"currentPage":99,"hasNextPage":)" +
                                              std::string(to < 20 ? "true" : "false") + "}");
  });
  EXPECT_EQ(list_all(api, "/v2/organizations/1/bookings", ApiUse::poll)->size(), 20U);
  EXPECT_EQ(api.calls.size(), 3U);
}

TEST(Paging, AListThatMovedIsReadAgainAndNoRowOfAnyListingIsLost) {
  std::mt19937 random(7);  // NOLINT(bugprone-random-generator-seed): the same shuffles every time
  std::vector<std::size_t> order(600);
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  ScriptedApi api([&](const std::string& call, std::string_view) {  // no ORDER BY: each page in another order
    std::ranges::shuffle(order, random);
    const std::size_t skip = number_in(call, "skip");
    std::string page = "[";
    for (std::size_t i = skip; i < std::min<std::size_t>(skip + 250, order.size()); ++i)
      page += (i == skip ? "{\"id\":" : ",{\"id\":") + std::to_string(order[i]) + "}";
    return success(page + "]");
  });
  const auto all = list_all(api, "/v2/x", ApiUse::poll);
  ASSERT_TRUE(all);
  EXPECT_GT(all->size(), 500U);
  EXPECT_GE(api.calls.size(), 6U) << "listed once only";
  EXPECT_LE(api.calls.size(), 9U);
}

TEST(Paging, ARowStandsInTheListOnceAsItWasReadLast) {
  int listing = 0;
  ScriptedApi api([&](const std::string&, std::string_view) {
    return success(++listing == 1 ? R"([{"id":1,"v":"old"},{"id":1,"v":"newer"}])"
                                  : R"([{"id":1,"v":"newest"}])");
  });
  const auto all = list_all(api, "/v2/x", ApiUse::poll);
  ASSERT_TRUE(all);
  EXPECT_EQ(all->at("1").at("v"), "newest");
}

TEST(Paging, WhatIsNoListIsRefused) {
  for (const char* data : {"{}", "null", "[1]", R"([{"name":"x"}])"}) {
    ScriptedApi api([data](const std::string&, std::string_view) { return success(data); });
    EXPECT_EQ(list_all(api, "/v2/x", ApiUse::poll).error().code, Errc::rejected) << data;
  }
  ScriptedApi denied([](const std::string&, std::string_view) { return ApiAnswer{.status = 403}; });
  EXPECT_EQ(list_all(denied, "/v2/x", ApiUse::poll).error().code, Errc::unauthorised);
  EXPECT_EQ(list_once(denied, "/v2/x", ApiUse::poll).error().code, Errc::unauthorised);
}

TEST(Paging, PagesCanBeReadOneByOneAndLeftEarly) {
  ScriptedApi api([](const std::string& call, std::string_view) {
    const std::size_t skip = number_in(call, "skip");
    return success(rows(skip, skip + 250));  // without an end
  });
  std::size_t seen = 0;
  ASSERT_TRUE(
      each_page(api, "/v2/x", ApiUse::poll, [&](std::vector<boost::json::object> page) -> Result<bool> {
        seen += page.size();
        return seen < 1000;
      }));
  EXPECT_EQ(api.calls.size(), 4U);
}

}  // namespace
}  // namespace calsync
