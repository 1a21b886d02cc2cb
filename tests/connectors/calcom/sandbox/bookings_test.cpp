// Bookings at their edges: seats, series, changes that nobody is told of, and the history that knows of all of them.
#include "connectors/calcom/sandbox/notices.hpp"
#include "connectors/calcom/sandbox/ui_changes.hpp"
#include "tests/connectors/calcom/sandbox/sandbox_api.hpp"

#include <algorithm>
#include <utility>

namespace calsync::sandbox {
namespace {

struct SandboxBookings : SandboxApi {
  SandboxBookings() {
    for (const auto user : {edith, erik})
      make(of_team + "/memberships", R"({"userId":)" + std::to_string(user) + R"(,"accepted":true})");
    version = "2024-08-13";
  }

  // Of both editors; `more` are further members: ,"seats":{…}
  std::string event_type(const std::string& scheduling, const std::string& more = "") {
    const std::string name = "t" + std::to_string(++made_);
    return std::to_string(make(of_team + "/event-types",
                               R"({"title":"T","slug":")" + name +
                                   R"(","lengthInMinutes":30,"minimumBookingNotice":0,"schedulingType":")" +
                                   scheduling + R"(","hosts":[{"userId":)" + std::to_string(edith) +
                                   R"(},{"userId":)" + std::to_string(erik) + "}]" + more + "}"));
  }
  Answer book(const std::string& type, const std::string& who,
              const std::string& start = "2026-11-24T10:00:00Z", const std::string& more = "") {
    return post("/v2/bookings", R"({"eventTypeId":)" + type + R"(,"start":")" + start +
                                    R"(","attendee":{"name":"A","email":")" + who +
                                    R"(@client.test","timeZone":"Europe/Berlin"})" + more + "}");
  }
  static std::string word(const Answer& answer, const std::string& pointer) {
    const std::string text = at(answer, pointer);
    return text.starts_with('"') ? text.substr(1, text.size() - 2) : text;
  }
  Answer act(const std::string& uid, const std::string& what, const std::string& body = "{}") {
    return post("/v2/bookings/" + uid + "/" + what, body);
  }
  std::vector<std::string> told() {
    std::vector<std::string> triggers;
    for (const Notice& notice : std::exchange(world.notices, {})) triggers.push_back(notice.trigger);
    return triggers;
  }
  std::vector<std::string> history() {
    std::vector<std::string> facts;
    for (const Row& fact : std::exchange(world.history, {})) facts.emplace_back(text_of(fact, "what"));
    return facts;
  }

  using Words = std::vector<std::string>;
  std::int64_t team = make(org + "/teams", R"({"name":"Sci","slug":"sci"})");
  std::int64_t edith = make(org + "/users", R"({"email":"edith@quill.test"})");
  std::int64_t erik = make(org + "/users", R"({"email":"erik@quill.test"})");
  std::string of_team = org + "/teams/" + std::to_string(team);
  const std::string three_weeks = R"(,"recurrence":{"interval":1,"occurrences":3,"frequency":"weekly"})";
  const std::string two_seats =
      R"(,"seats":{"seatsPerTimeSlot":2,"showAttendeeInfo":true,"showAvailabilityCount":true})";

 private:
  int made_ = 0;
};

TEST_F(SandboxBookings, SeatsShareOneBookingUntilItIsFullAndEachOfThemIsTold) {
  const auto type = event_type("collective", two_seats);
  const Answer first = book(type, "ada"), second = book(type, "bob");
  ASSERT_EQ(second.status, 201U) << boost::json::serialize(second.body);
  EXPECT_EQ(at(first, "/data/uid"), at(second, "/data/uid"));
  EXPECT_NE(at(first, "/data/seatUid"), at(second, "/data/seatUid"));
  EXPECT_EQ(told(), (Words{"BOOKING_CREATED", "BOOKING_CREATED"}));
  EXPECT_EQ(book(type, "cyd").status, 400U);
  EXPECT_EQ(told(), Words{});
}

TEST_F(SandboxBookings, ASeatIsGivenUpAloneAndTheLastOneEndsTheBooking) {
  const auto type = event_type("collective", two_seats);
  const Answer first = book(type, "ada"), second = book(type, "bob");
  const std::string uid = word(first, "/data/uid");
  told();
  const auto give_up = [&](const Answer& seat) {
    return act(uid, "cancel", R"({"seatUid":")" + word(seat, "/data/seatUid") + R"("})");
  };
  EXPECT_EQ(at(give_up(first), "/data/status"), R"("accepted")");
  const Notice notice = world.notices.at(0);
  EXPECT_EQ(text_of(notice.payload, "status"), "CANCELLED");
  EXPECT_EQ(notice.payload.at("attendees").as_array().size(), 1U);
  EXPECT_FALSE(notice.payload.contains("attendeeSeatId"));
  EXPECT_EQ(give_up(first).status, 404U);
  EXPECT_EQ(at(give_up(second), "/data/status"), R"("cancelled")");
  EXPECT_EQ(give_up(second).status, 400U);
}

TEST_F(SandboxBookings, ASeatThatMovesTakesItsSeatAlongAndTheLastOneEndsTheBookingThatItLeaves) {
  const auto type = event_type("collective", two_seats);
  const Answer first = book(type, "ada"), second = book(type, "bob");
  const std::string uid = word(first, "/data/uid");
  told();
  const auto move = [&](const Answer& seat) {
    return act(uid, "reschedule",
               R"({"start":"2026-11-25T10:00:00Z","seatUid":")" + word(seat, "/data/seatUid") + R"("})");
  };
  const Answer moved = move(first);
  ASSERT_EQ(moved.status, 201U) << boost::json::serialize(moved.body);
  EXPECT_NE(word(moved, "/data/uid"), uid);
  EXPECT_EQ(at(moved, "/data/seatUid"), at(first, "/data/seatUid"));
  EXPECT_EQ(at(get("/v2/bookings/" + uid), "/data/status"), R"("accepted")");
  EXPECT_EQ(at(move(second), "/data/uid"), at(moved, "/data/uid"));
  EXPECT_EQ(at(get("/v2/bookings/" + uid), "/data/status"), R"("cancelled")");
  EXPECT_EQ(told(), (Words{"BOOKING_RESCHEDULED", "BOOKING_RESCHEDULED"}));
}

TEST_F(SandboxBookings, ASeriesIsToldOnceForEachOccurrenceAndItsRestIsCancelledWithOneNotice) {
  const auto type = event_type("collective", three_weeks);
  const Answer series = book(type, "ada");
  ASSERT_EQ(series.status, 201U) << boost::json::serialize(series.body);
  EXPECT_EQ(told(), (Words{"BOOKING_CREATED", "BOOKING_CREATED", "BOOKING_CREATED"}));
  EXPECT_EQ(at(series, "/data/1/start"), R"("2026-12-01T10:00:00.000Z")");
  const std::string uid = word(series, "/data/0/recurringBookingUid");
  EXPECT_EQ(get("/v2/bookings/" + uid).body.at("data").as_array().size(), 3U);
  const Answer rest = act(word(series, "/data/1/uid"), "cancel",
                          R"({"cancellationReason":"x","cancelSubsequentBookings":true})");
  EXPECT_EQ(rest.body.at("data").as_array().size(), 2U);
  EXPECT_EQ(told(), Words{"BOOKING_CANCELLED"});
  EXPECT_EQ(at(get("/v2/bookings/" + uid), "/data/0/status"), R"("accepted")");
}

TEST_F(SandboxBookings, ASeriesOfWhichOneTimeIsTakenIsNotMadeAtAll) {
  const auto type = event_type("collective", three_weeks);
  ASSERT_EQ(book(type, "ada", "2026-12-01T10:00:00Z").status, 201U);
  const auto before = world.bookings.rows().size();
  EXPECT_EQ(book(type, "bob", "2026-11-24T10:00:00Z").status, 400U);
  EXPECT_EQ(world.bookings.rows().size(), before);
}

TEST_F(SandboxBookings, ASecondSeatInASeriesTakesThatOfEachOccurrence) {
  const auto type = event_type("collective", two_seats);
  (*world.event_types.find(std::stoll(type)))["recurrence"] =
      boost::json::parse(R"({"interval":1,"occurrences":2,"frequency":"weekly"})");
  const Answer first = book(type, "ada"), second = book(type, "bob");
  ASSERT_EQ(second.status, 201U) << boost::json::serialize(second.body);
  for (const char* one : {"/data/0", "/data/1"}) {
    EXPECT_EQ(at(first, std::string(one) + "/uid"), at(second, std::string(one) + "/uid"));
    EXPECT_NE(at(first, std::string(one) + "/seatUid"), at(second, std::string(one) + "/seatUid"));
  }
  EXPECT_EQ(at(first, "/data/0/recurringBookingUid"), at(second, "/data/1/recurringBookingUid"));
  EXPECT_EQ(told().size(), 4U);
}

TEST_F(SandboxBookings, ARescheduledBookingIsANewOneOfTheDefaultLengthAndOnlyThatIsTold) {
  const auto type = event_type("roundRobin");
  const std::string old = word(book(type, "ada"), "/data/uid");
  told();
  const Answer moved = act(old, "reschedule", R"({"start":"2026-11-25T10:00:00Z","reschedulingReason":"r"})");
  ASSERT_EQ(moved.status, 201U);
  EXPECT_NE(word(moved, "/data/uid"), old);
  EXPECT_EQ(word(moved, "/data/rescheduledFromUid"), old);
  const Notice notice = world.notices.at(0);
  EXPECT_EQ(text_of(notice.payload, "rescheduleUid"), old);
  EXPECT_EQ(told(), Words{"BOOKING_RESCHEDULED"});
  const Answer before = get("/v2/bookings/" + old);
  EXPECT_EQ(at(before, "/data/status"), R"("cancelled")");
  EXPECT_EQ(at(before, "/data/rescheduledToUid"), at(moved, "/data/uid"));
  EXPECT_EQ(act(old, "reschedule", R"({"start":"2026-11-26T10:00:00Z"})").status, 400U);
}

TEST_F(SandboxBookings, WhatIsChangedSilentlyIsToldToNobodyAndStandsInTheHistory) {
  const auto type = event_type("roundRobin");
  const std::string uid = word(book(type, "ada"), "/data/uid");
  told();
  history();
  EXPECT_EQ(act(uid, "reassign").status, 200U);
  EXPECT_EQ(change_location(world, uid, {{"location", "https://meet.test/x"}}).status, 200U);
  EXPECT_EQ(add_guests(world, uid, {{"guests", {"g@client.test"}}}).status, 200U);
  EXPECT_EQ(move_to_past(world, uid).status, 200U);
  EXPECT_LT(word(get("/v2/bookings/" + uid), "/data/end"), to_text(clock.now));
  EXPECT_EQ(delete_booking(world, uid).status, 200U);
  EXPECT_EQ(told(), Words{});
  EXPECT_EQ(history(),
            (Words{"reassigned", "location changed", "guests added", "moved into the past", "deleted"}));
}

TEST_F(SandboxBookings, WhatWasChangedSinceIsTheSameListByIndexAndByLookingAtAll) {
  const auto type = event_type("roundRobin");
  std::vector<std::string> uids, at_hour{"09", "10", "11", "12", "13"};
  for (const auto& hour : at_hour) {
    uids.push_back(word(book(type, "ada", "2026-11-24T" + hour + ":00:00Z"), "/data/uid"));
    clock.now += std::chrono::minutes{1};
  }
  EXPECT_EQ(change_location(world, uids[0], {{"location", "Room 1"}}).status, 200U);
  EXPECT_EQ(change_location(world, uids[3], {{"location", "Room 1"}}).status, 200U);
  for (const char* page : {"&take=2", "&take=2&skip=1", "&take=3&skip=3", "&skip=9", ""}) {
    const std::string asked = org + "/bookings?sortUpdatedAt=asc&afterUpdatedAt=2026-11-21T12:01:00Z" + page;
    const Answer by_index = get(asked), by_all = get(asked + "&beforeUpdatedAt=2099-01-01T00:00:00Z");
    EXPECT_EQ(by_index.body.at("data"), by_all.body.at("data")) << page;
    EXPECT_EQ(by_index.body.at("pagination"), by_all.body.at("pagination")) << page;
  }
  EXPECT_EQ(get(org + "/bookings?sortUpdatedAt=asc&afterUpdatedAt=2026-11-21T12:01:00Z")
                .body.at("data")
                .as_array()
                .size(),
            5U);
}

TEST_F(SandboxBookings, AMeetingIsToldWhenItsHourComesAndOnceAndNotIfItWasCancelled) {
  const auto subscribed = post(
      org + "/webhooks",
      R"({"active":true,"subscriberUrl":"http://a.test/","triggers":["MEETING_STARTED","MEETING_ENDED"]})");
  EXPECT_EQ(subscribed.status, 201U);
  const auto type = event_type("roundRobin");
  const std::string uid = word(book(type, "ada"), "/data/uid"), other = word(book(type, "bo"), "/data/uid");
  EXPECT_EQ(act(other, "cancel").status, 200U);
  told();
  due_meetings(world);
  EXPECT_EQ(told(), Words{});
  clock.now = *parse_instant("2026-11-24T10:10:00Z");
  due_meetings(world);
  EXPECT_EQ(told(), Words{"MEETING_STARTED"});
  clock.now += std::chrono::hours{1};
  due_meetings(world);
  due_meetings(world);
  EXPECT_EQ(told(), Words{"MEETING_ENDED"});
}

TEST_F(SandboxBookings, TimeOffByApiIsToldToNobodyAndStandsInTheHistoryWithItsEnd) {
  const std::string of_user = org + "/users/" + std::to_string(edith) + "/ooo";
  const auto id = make(of_user, R"({"start":"2026-12-01T00:00:00Z","end":"2026-12-02T00:00:00Z"})");
  EXPECT_EQ(patch(of_user + "/" + std::to_string(id), R"({"notes":"n"})").status, 200U);
  EXPECT_EQ(erase(of_user + "/" + std::to_string(id)).status, 200U);
  EXPECT_EQ(told(), Words{});
  EXPECT_EQ(history(), (Words{"time off", "time off changed", "time off deleted"}));
}

TEST_F(SandboxBookings, BookingsThatGoWithTheirHostsAccountAreInTheHistory) {
  const std::string uid = word(book(event_type("roundRobin"), "ada"), "/data/uid");
  const std::string host = word(get("/v2/bookings/" + uid), "/data/hosts/0/id");
  told();
  history();
  EXPECT_EQ(erase(org + "/users/" + host).status, 200U);
  EXPECT_EQ(told(), Words{});
  EXPECT_EQ(history(), Words{"deleted"});
}

TEST_F(SandboxBookings, OnlyRoundRobinIsReassigned) {
  const std::string uid = word(book(event_type("collective"), "ada"), "/data/uid");
  EXPECT_EQ(act(uid, "reassign").status, 400U);
}

}  // namespace
}  // namespace calsync::sandbox
