#include "daemon/audit/join_api.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace calsync::audit {
namespace {

constexpr const char* row =
    R"({"id":3,"uid":"u","title":"Review","hosts":[{"id":6,"email":"Ana@house.test"}],"status":"accepted",
  "start":"2026-11-23T10:00:00.000Z","end":"2026-11-23T11:00:00.000Z","location":"integrations:daily",
  "createdAt":"2026-11-21T12:00:00.000Z","updatedAt":null,
  "attendees":[{"email":"Bo@client.test"},{"email":"eva@house.test"},{"email":null}]})";

ApiBooking told(const std::string& member = "", const std::string& value = "null") {
  auto object = boost::json::parse(row).as_object();
  if (!member.empty()) object[member] = boost::json::parse(value);
  return read_api_booking(object).value();
}

FoundBooking known() {
  FoundBooking booking;
  booking.name = "u";
  booking.title = "Review";
  booking.status = BookingStatus::accepted;
  booking.start = *parse_instant("2026-11-23T10:00:00Z");
  booking.end = *parse_instant("2026-11-23T11:00:00Z");
  booking.location = "https://app.cal.example/video/u";
  booking.hosts = {{"Ana", "ana@house.test"}, {"Eva", "eva@house.test"}};
  booking.attendees = {{"Bo", "bo@client.test"}, {"Cy", ""}};
  return booking;
}

struct FieldCase {
  const char *member, *value, *fields;
};

TEST(ApiJoin, ComparesWhatBothSourcesTellAndNothingElse) {
  const FieldCase cases[] = {
      {"", "null", ""},
      {"status", "\"cancelled\"", "status"},
      {"start", "\"2026-11-24T10:00:00.000Z\"", "start"},
      {"end", "\"2026-11-24T10:00:00.000Z\"", "end"},
      {"title", "\"Other\"", "title"},
      {"hosts", "[{\"email\":\"eva@house.test\"}]", "organiser"},
      {"hosts", "[]", ""},
      {"attendees", "[{\"email\":\"bo@client.test\"}]", ""},
      {"attendees", "[]", "attendees"},
      {"attendees", "[{\"email\":\"bo@client.test\"},{\"email\":\"di@client.test\"}]", "attendees"},
      {"location", "\"integrations:zoom\"", ""},  // an integration and its address are one place
      {"location", "\"Room 4\"", "location"},
      {"rescheduledFromUid", "\"before\"", "rescheduledFrom"},
      {"description", "\"text\"", ""},
      {"metadata", "{\"a\":1}", ""},
  };
  for (const auto& [member, value, fields] : cases)
    EXPECT_EQ(differing_fields(known(), told(member, value)), fields) << member << value;
}

TEST(ApiJoin, NamesWhatTheLogMissesAndWaitsForWhatIsYoung) {
  KnownBookings log{{"u", known()}};
  ApiBookings api{{"new", told("uid", "\"new\"")}, {"u", told("status", "\"cancelled\"")}};
  const auto text = [&](const char* settled) {
    std::string all;
    for (const auto& one : join_api(log, api, *parse_instant(settled)))
      all += std::string(to_text(one.weight)) + " " + one.kind + " " + one.booking + ": " + one.what + "\n";
    return all;
  };
  EXPECT_EQ(text("2026-11-21T12:00:00Z"),
            "now missed new: the API has it (accepted), the log does not\n"
            "now missed u: the API has another status: cancelled, where the log has accepted\n");
  EXPECT_TRUE(text("2026-11-21T11:59:00Z").starts_with("pending missed new"));
  api = {{"u", told()}};
  EXPECT_EQ(text("2026-11-21T12:00:00Z"), "");
}

TEST(ApiJoin, SaysNothingOfABookingThatWasErasedOnRequest) {
  FoundBooking erased = known();
  erased.erased = true;
  erased.attendees.clear();
  EXPECT_TRUE(join_api({{"u", erased}}, {{"u", told()}}, Instant::max()).empty());
  EXPECT_TRUE(not_listed({{"u", erased}}, {}, Instant::min()).empty());
}

TEST(ApiJoin, CallsABookingThatVanishedAndWasToldHistoryAndAsksForItNoMore) {
  FoundBooking gone = known();
  gone.vanished = true;
  EXPECT_TRUE(not_listed({{"u", gone}}, {}, Instant::min()).empty());
  const auto found = told_as_vanished({{"u", gone}, {"here", known()}}, {}, Instant::min());
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].weight, Weight::history);
  EXPECT_EQ(found[0].kind + " " + found[0].booking, "vanished u");
  EXPECT_TRUE(told_as_vanished({{"u", gone}}, {{"u", told()}}, Instant::min()).empty()) << "it is back";
}

TEST(ApiJoin, AsksForWhatTheListShouldHoldAndDoesNot) {
  KnownBookings log{{"u", known()}, {"over", known()}, {"old", known()}, {"listed", known()}};
  log["over"].status = BookingStatus::cancelled;
  log["old"].start = *parse_instant("2020-01-01T00:00:00Z");
  const ApiBookings api{{"listed", told("uid", "\"listed\"")}};
  EXPECT_EQ(not_listed(log, api, *parse_instant("2026-01-01T00:00:00Z")), std::vector<std::string>{"u"});
}

TEST(ApiBooking, WithoutAUidIsRefused) {
  EXPECT_FALSE(read_api_booking(boost::json::parse("{\"id\":1}").as_object()));
}

}  // namespace
}  // namespace calsync::audit
