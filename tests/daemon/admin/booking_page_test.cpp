// GET /api/v1/bookings over a real log.
#include "tests/daemon/admin/admin_fixture.hpp"

#include <gmock/gmock.h>

namespace calsync::testing_admin {
namespace {

class BookingPageTest : public AdminTest {
 protected:
  struct Facts {
    std::string start = "2026-10-01T14:00:00Z", as_of = "2026-09-01T00:00:00Z";
    BookingStatus status = BookingStatus::accepted;
    std::string title = "Review";
  };
  void add_booking(const std::string& uid, const Facts& facts) {
    const Stamp by{Weight::word, Teller::webhook, *parse_instant(facts.as_of)};
    BookingRow row;
    row.uid = uid;
    row.as_of = by.as_of;
    row.title.hear(facts.title, by);
    row.start.hear(*parse_instant(facts.start), by);
    row.status.hear(facts.status, by);
    row.people["ana@house.test"].email.hear("ana@house.test", by);
    row.people["ana@house.test"].host = true;
    row.organizer.hear("ana@house.test", by);
    changes[booking_row_key(uid)] = encode(row);
  }
  void store() { commit(append("bookings"), RecordOutcome::no_change, {}, "", "", "", std::move(changes)); }
  static std::string uids(const json::value& page) {
    std::string text;
    for (const auto& item : page.at("items").as_array())
      text += std::string(item.at("uid").as_string()) + " ";
    return text;
  }
  ViewTable::Changes changes;
};

TEST_F(BookingPageTest, GivesThoseThatAreAskedFor) {
  add_link("a", "d");
  add_booking("a", {});
  add_booking("b", {.start = "2026-10-02T14:00:00Z", .status = BookingStatus::cancelled});
  add_booking("c", {.as_of = "2026-09-05T00:00:00Z", .title = "Thesis"});
  store();
  start();
  const std::pair<const char*, const char*> cases[] = {
      {"limit=100", "a b c d "},
      {"uid=b", "b "},
      {"uid=nobody", ""},
      {"uid=b&after=b", ""},
      {"chain=a", "a d "},
      {"host=ANA%40house.test", "a b c "},
      {"attendee=ana%40house.test", ""},
      {"status=accepted", "a c "},
      {"status=accepted&status=cancelled", "a b c "},
      {"from=2026-10-02", "b "},
      {"to=2026-10-01", "a c "},
      {"since=2026-09-02", "c "},
      {"text=thesis", "c "},
      {"after=b", "c d "},
      {"limit=2", "a b "},
  };
  for (const auto& [query, expected] : cases)
    EXPECT_EQ(uids(get(std::string("/api/v1/bookings?") + query)), expected) << query;
}

// Every booking is on one page, whatever the size of a page, and a search that finds nothing ends.
TEST_F(BookingPageTest, PagesHoldEachBookingOnce) {
  std::string all;
  for (int i = 1000; i < 1300; ++i) {
    add_booking("u" + std::to_string(i), {});
    all += "u" + std::to_string(i) + " ";
  }
  store();
  start();
  for (const std::string query : {"limit=1000", "limit=77", "limit=100&status=accepted"}) {
    std::string found;
    json::value page = get("/api/v1/bookings?" + query);
    for (int pages = 1; pages < 10; ++pages) {
      found += uids(page);
      if (!page.at("more").as_bool()) break;
      page = get("/api/v1/bookings?" + query + "&after=" + std::string(page.at("next").as_string()));
    }
    EXPECT_EQ(found, all) << query;
    EXPECT_FALSE(page.at("more").as_bool()) << query;
  }
  const json::value nothing = get("/api/v1/bookings?host=nobody");
  EXPECT_EQ(uids(nothing), "");
  EXPECT_FALSE(nothing.at("more").as_bool());
}

TEST_F(BookingPageTest, PeopleAreFoundByTheSameFiltersAPageAtATime) {
  for (int i = 100; i < 300; ++i) add_booking("u" + std::to_string(i), {});
  add_booking("other", {.title = "Thesis"});
  store();
  start();
  const json::value ana = get("/api/v1/people").at("items").at(0);
  EXPECT_EQ(ana.at("email").as_string(), "ana@house.test");
  EXPECT_EQ(ana.at("bookings").to_number<int>(), 201);
  EXPECT_EQ(get("/api/v1/people?text=thesis").at("items").at(0).at("bookings").to_number<int>(), 1);
  EXPECT_TRUE(get("/api/v1/people?host=nobody").at("items").as_array().empty());
  const json::value behind = get("/api/v1/people?after=ana%40house.test");
  EXPECT_TRUE(behind.at("items").as_array().empty() && behind.at("next").is_null());
  EXPECT_FALSE(get("/api/v1/people?limit=1").at("more").as_bool());
}

TEST_F(BookingPageTest, OfAnEmptyLogIsEmpty) {
  start();
  const json::value page = get("/api/v1/bookings");
  EXPECT_TRUE(page.at("items").as_array().empty());
  EXPECT_TRUE(page.at("next").is_null());
  EXPECT_FALSE(page.at("more").as_bool());
}

TEST_F(BookingPageTest, LooksAtABoundedNumberAndGoesOnFromThere) {
  for (int i = 10000; i < 15600; ++i) add_booking("u" + std::to_string(i), {});
  store();
  start();
  const json::value page = get("/api/v1/bookings?host=nobody");
  EXPECT_TRUE(page.at("items").as_array().empty());
  EXPECT_EQ(page.at("next").as_string(), "u14999");
  EXPECT_TRUE(page.at("more").as_bool());
  EXPECT_FALSE(get("/api/v1/bookings?host=nobody&after=u14999").at("more").as_bool());
}

TEST_F(BookingPageTest, WrongWordsAreRefusedByName) {
  start();
  const std::pair<const char*, const char*> cases[] = {{"status=done", "status: is none of"},
                                                       {"limit=0", "limit: is not 1..1000"},
                                                       {"limit=1x", "limit"},
                                                       {"from=soon", "from: not a time"},
                                                       {"team=", "team: is empty"},
                                                       {"tem=x", "tem: is no filter"}};
  for (const auto& [query, said] : cases) {
    const HttpAnswer answer = tcp({.target = std::string("/api/v1/bookings?") + query});
    EXPECT_EQ(answer.status, 400U) << query;
    EXPECT_THAT(answer.body, testing::HasSubstr(said));
  }
}

}  // namespace
}  // namespace calsync::testing_admin
