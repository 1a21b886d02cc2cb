// Who is in a booking, where Cal.com does not say who they are (CONTRACT §11.5).
#include "tests/connectors/calcom/wire/deliveries.hpp"
#include "tests/connectors/calcom/wire/fold_bench.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace calsync {
namespace {

namespace json = boost::json;

Delivery with_guests(int at, const std::string& guests, const std::string& more = "") {
  return {
      "BOOKING_CREATED", minute(at),
      R"("uid":"a","organizer":{"name":"Ana","email":"ana@house.test"},"attendees":[)" + guests + "]" + more};
}
json::array guests_of(const Normalised& out) {
  return json::parse(out.events.at(0).value).at("booking").at("attendees").as_array();
}
const std::string unknown = R"({"name":"Nameless","email":"Email-less","timeZone":"UTC"})";

TEST(People, WithoutEMailAreNotOneAndTheFallBacksAreNotPublished) {
  FoldBench bench;
  const std::string bo = R"({"name":"Bo","email":"Email-less"})";
  const std::string cy = R"({"name":"Cy","email":"Email-less"})";
  const auto out = bench.take(with_guests(1, bo + "," + cy + "," + bo).text());
  const auto guests = guests_of(out);
  ASSERT_EQ(guests.size(), 3U) << "two of one name are two";
  EXPECT_EQ(guests[0].at("name"), "Bo");
  EXPECT_EQ(guests[1].at("name"), "Cy");
  EXPECT_TRUE(guests[1].at("email").is_null());
  EXPECT_EQ(out.events[0].value.find("Email-less"), std::string::npos);
}

TEST(People, WithoutNameAndEMailAreKnownByPhoneElseByTheirPlace) {
  FoldBench bench;
  const std::string phone = R"({"name":"Nameless","email":"Email-less","phoneNumber":"+4930123"})";
  const auto guests = guests_of(bench.take(with_guests(1, unknown + "," + phone + "," + unknown).text()));
  ASSERT_EQ(guests.size(), 3U);
  EXPECT_EQ(guests[1].at("phone"), "+4930123");
  for (const auto& guest : guests) EXPECT_TRUE(guest.at("name").is_null()) << guest;
  EXPECT_EQ(bench.type(with_guests(2, unknown + "," + phone + "," + unknown).text()), "") << "told again";
}

TEST(People, OfWhomOnlyTheSeatIsKnownHaveOneEach) {
  FoldBench bench;
  const std::string seats = R"(,"seatsPerTimeSlot":4,"attendeeSeatId":)";
  bench.take(with_guests(1, unknown, seats + R"("s1")").text());
  const auto second = bench.take(with_guests(2, unknown, seats + R"("s2")").text());
  EXPECT_EQ(second.events.at(0).type, "booking.seat_added");
  const auto guests = guests_of(second);
  ASSERT_EQ(guests.size(), 2U);
  EXPECT_EQ(guests[1].at("seatUid"), "s2");
}

TEST(People, OfAnAbsenceTimeOffAndABrokenCredentialHaveNoFallBacksEither) {
  FoldBench bench;
  const Delivery bodies[] = {
      nobody_came("AFTER_HOSTS_CAL_VIDEO_NO_SHOW", "a", 1, "Email-less"),
      {"OOO_CREATED", minute(2),
       R"("oooEntry":{"id":4,"start":"2026-12-20","end":"2026-12-21","user":{"id":7,"name":"Nameless"}})"},
      {"DELEGATION_CREDENTIAL_ERROR", minute(3),
       R"("error":{"type":"x"},"user":{"id":7,"email":"email-less"})"}};
  for (const auto& body : bodies) {
    const auto out = bench.take(body.text());
    ASSERT_EQ(out.events.size(), 1U) << body.trigger;
    const std::string& value = out.events[0].value;
    EXPECT_EQ(value.find("ameless"), std::string::npos) << value;
    EXPECT_EQ(value.find("mail-less"), std::string::npos) << value;
  }
}

}  // namespace
}  // namespace calsync
