// Seated bookings as the API lists them.
#include "state/views/booking_query.hpp"
#include "tests/daemon/poll/polls.hpp"

#include <gmock/gmock.h>

namespace calsync {
namespace {

using testing::ElementsAre;

boost::json::value people(const char* text) {
  return boost::json::parse(text);
}

class SeatPolls : public Polls {
 protected:
  // E-mails of a booking's attendees, as consumers see them.
  std::vector<std::string> attendees(const std::string& uid) {
    events();  // all is read
    const auto views = log_->views();
    std::vector<std::string> out;
    if (const auto now = find_booking(*views, uid))
      for (const auto& one : now->booking.attendees) out.push_back(one.email);
    return out;
  }
  std::optional<BookingStatus> status(const std::string& uid) {
    events();
    const auto views = log_->views();
    const auto now = find_booking(*views, uid);
    return now ? now->booking.status : std::nullopt;
  }
  // Two sit in `old`; then one of them in `new`.
  void di_moves_from_old_to_new() {
    cal_.add("old")["attendees"] = people(
        R"([{"name":"Cy","email":"cy@client.test","seatUid":"s1"},{"name":"Di","email":"di@client.test","seatUid":"s2"}])");
    sweep();
    cal_.bookings["old"]["attendees"] = people(R"([{"name":"Cy","email":"cy@client.test","seatUid":"s1"}])");
    cal_.touch("old");
    auto& moved = cal_.add("new", "2026-12-02T10:00:00.000Z");
    moved["attendees"] = people(R"([{"name":"Di","email":"di@client.test","seatUid":"s2"}])");
    moved["rescheduledFromUid"] = "old";
    poll();
  }
};

TEST_F(SeatPolls, GuestsWithoutASeatOfTheirOwnAreAllThere) {
  cal_.add("a")["attendees"] = people(
      R"([{"name":"Cy","email":"cy@client.test","seatUid":"s1"},{"name":"","email":"g1@client.test"}])");
  sweep();
  cal_.bookings["a"]["attendees"] = people(
      R"([{"name":"Cy","email":"cy@client.test","seatUid":"s1"},{"name":"","email":"g1@client.test"},{"name":"","email":"g2@client.test"}])");
  cal_.touch("a");
  poll();
  EXPECT_THAT(attendees("a"),
              testing::UnorderedElementsAre("cy@client.test", "g1@client.test", "g2@client.test"));
}

TEST_F(SeatPolls, ASeatThatMovesLeavesTheBookingItWasInAsItIs) {
  di_moves_from_old_to_new();
  EXPECT_EQ(status("old"), BookingStatus::accepted);
  EXPECT_EQ(status("new"), BookingStatus::accepted);
  EXPECT_THAT(attendees("old"), ElementsAre("cy@client.test"));
  const auto told = events();
  sweep();
  sweep();
  EXPECT_EQ(events(), told) << "looking again tells nothing again";
}

TEST_F(SeatPolls, WhatASeatMovedToSaysNothingOfTheBookingThatItLeft) {
  di_moves_from_old_to_new();
  ASSERT_TRUE(log_->append_and_wait(
      {.source = RecordSource::webhook,
       .source_id = {},
       .content_type = "application/json",
       .received = clock_.wall(),
       .body =
           R"({"triggerEvent":"MEETING_STARTED","uid":"new","id":2,"title":"Review","status":"ACCEPTED","fromReschedule":"old",
               "startTime":"2026-12-02T10:00:00.000Z","endTime":"2026-12-02T11:00:00.000Z",
               "attendees":[{"name":"Di","email":"di@client.test","timeZone":"UTC","locale":"en"}]})"}));
  EXPECT_THAT(events(), testing::Contains(std::string("meeting.started new")));
  EXPECT_EQ(status("old"), BookingStatus::accepted) << "the meeting's hour";
  cal_.bookings["new"]["attendees"] = people("[]");
  cal_.bookings["new"]["status"] = "cancelled";
  cal_.touch("new");
  poll();
  EXPECT_EQ(status("new"), BookingStatus::cancelled);
  EXPECT_EQ(status("old"), BookingStatus::accepted) << "its seat was given up";
}

}  // namespace
}  // namespace calsync
