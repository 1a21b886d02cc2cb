#include "connectors/calcom/booking_action.hpp"

#include "tests/connectors/calcom/scripted_api.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

namespace calsync {
namespace {
namespace json = boost::json;
using Outcome = ActionResult::Outcome;
using testing::ElementsAre;
using testing::HasSubstr;

const Instant noon = *parse_instant("2026-11-27T12:00:00Z");

LiveBooking booking(const std::string& status = "accepted") {
  LiveBooking out;
  out.uid = "abc";
  out.status = status;
  out.start = noon + std::chrono::hours{24};
  out.end = out.start + std::chrono::hours{1};
  out.hosts = {{.name = "Edith", .email = "edith@quill.test"}};
  out.attendees = {{.name = "Ana", .email = "ana@client.test", .seat_uid = "s-1"},
                   {.name = "Bo", .email = "bo@client.test", .seat_uid = "s-2"}};
  return out;
}

std::string row(const std::string& status, const std::string& host = "edith@quill.test",
                const std::string& more = "") {
  return R"({"uid":"abc","status":")" + status +
         R"(","start":"2026-11-28T12:00:00.000Z","end":"2026-11-28T13:00:00.000Z",)"
         R"("hosts":[{"email":")" +
         host + R"("}],"attendees":[{"email":"ana@client.test","seatUid":"s-1"}])" + more + "}";
}

const ApiAnswer bare_500{.status = 500,
                         .body = R"({"statusCode":500,"message":"Internal server error"})",
                         .message = "Internal server error"};

TEST(BookingAction, AsksEachInItsOwnWords) {
  struct Row {
    BookingAction action;
    const char *call, *body;
  };
  for (const Row& row :
       {Row{{.kind = ActionKind::cancel, .reason = "ill"},
            "POST /v2/bookings/abc/cancel",
            R"({"cancellationReason":"ill"})"},
        {{.kind = ActionKind::cancel, .seat_uid = "s-1"},
         "POST /v2/bookings/abc/cancel",
         R"({"seatUid":"s-1"})"},
        {{.kind = ActionKind::cancel, .subsequent = true},
         "POST /v2/bookings/abc/cancel",
         R"({"cancelSubsequentBookings":true})"},
        {{.kind = ActionKind::reassign, .reason = "ill", .to_user_id = "3", .to_email = "e@q.test"},
         "POST /v2/bookings/abc/reassign/3",
         R"({"reason":"ill"})"},
        {{.kind = ActionKind::reassign}, "POST /v2/bookings/abc/reassign", "{}"},
        {{.kind = ActionKind::confirm, .reason = "x"}, "POST /v2/bookings/abc/confirm", "{}"},
        {{.kind = ActionKind::decline, .reason = "full"},
         "POST /v2/bookings/abc/decline",
         R"({"reason":"full"})"},
        {{.kind = ActionKind::mark_absent, .absent_host = true, .absent = {"ana@client.test"}},
         "POST /v2/bookings/abc/mark-absent",
         R"({"host":true,"attendees":[{"email":"ana@client.test","absent":true}]})"},
        {{.kind = ActionKind::reschedule, .reason = "later", .start = noon},
         "POST /v2/bookings/abc/reschedule",
         R"({"reschedulingReason":"later","start":"2026-11-27T12:00:00.000Z"})"}}) {
    std::string sent;
    ScriptedApi api([&](const std::string&, std::string_view body) {
      sent = body;
      return success("{\"uid\":\"new\"}");
    });
    const auto result = perform(api, row.action, booking(), ApiUse::interactive);
    EXPECT_EQ(result.outcome, Outcome::done);
    EXPECT_EQ(result.new_uid, row.action.kind == ActionKind::reschedule ? "new" : "");
    EXPECT_THAT(api.calls, ElementsAre(row.call));
    EXPECT_EQ(json::parse(sent), json::parse(row.body)) << sent;
  }
}

struct Back {
  const char* story;
  BookingAction action;
  Result<ApiAnswer> answer;
  std::string now;  // the booking when it is read back; "" where it cannot be
  Outcome outcome;
};

TEST(BookingAction, WhatWasNotAnsweredWith2xxIsReadBack) {
  const BookingAction cancel{.kind = ActionKind::cancel},
      to{.kind = ActionKind::reassign, .to_user_id = "3", .to_email = "Erik@quill.test"},
      any{.kind = ActionKind::reassign};
  const Error timeout{Errc::timeout, "no answer"};
  const ApiAnswer again{.status = 400, .code = "BadRequestException", .message = "cancelled already"};
  for (const Back& row : std::vector<Back>{
           {"500, and it was done (#187)", to, bare_500, row("accepted", "erik@quill.test"), Outcome::done},
           {"500, and it was not", to, bare_500, row("accepted"), Outcome::failed},
           {"500, the round robin chose another", any, bare_500, row("accepted", "erik@quill.test"),
            Outcome::done},
           {"500, and nobody knows", to, bare_500, "", Outcome::unknown},
           {"no answer, and it was done", cancel, timeout, row("cancelled"), Outcome::done},
           {"no answer, and it was not", cancel, timeout, row("accepted"), Outcome::failed},
           {"cancelled by somebody meanwhile (#172)", cancel, again, row("cancelled"), Outcome::already},
           {"refused", cancel, again, row("accepted"), Outcome::failed},
           {"refused, and not readable", cancel, again, "", Outcome::failed},
           {"a seat that is gone",
            {.kind = ActionKind::cancel, .seat_uid = "s-2"},
            timeout,
            row("accepted"),
            Outcome::done},
           {"a series answers with a list", cancel, timeout, "[" + row("cancelled") + "]", Outcome::done}}) {
    ScriptedApi api([&](const std::string& call, std::string_view) -> Result<ApiAnswer> {
      if (call.starts_with("POST")) return row.answer;
      if (row.now.empty()) return Error{Errc::unavailable, "away"};
      return success(row.now);
    });
    EXPECT_EQ(perform(api, row.action, booking(), ApiUse::interactive).outcome, row.outcome) << row.story;
    EXPECT_EQ(std::ranges::count_if(api.calls, [](const auto& call) { return call.starts_with("POST"); }), 1)
        << row.story;
  }
}

TEST(BookingAction, ARescheduleThatWasNotAnsweredTellsTheNewUid) {
  ScriptedApi api([&](const std::string& call, std::string_view) {
    return call.starts_with("POST")
               ? bare_500
               : success(row("cancelled", "edith@quill.test", R"(,"rescheduledToUid":"new")"));
  });
  const auto result =
      perform(api, {.kind = ActionKind::reschedule, .start = noon}, booking(), ApiUse::interactive);
  EXPECT_EQ(result.outcome, Outcome::done);
  EXPECT_EQ(result.new_uid, "new");
}

TEST(BookingAction, WhatIsSoAlreadyIsNotDoneAgain) {
  EXPECT_EQ(already_so({.kind = ActionKind::cancel}, booking("cancelled")), "is cancelled already");
  EXPECT_EQ(already_so({.kind = ActionKind::cancel}, booking()), "");
  EXPECT_EQ(already_so({.kind = ActionKind::cancel, .seat_uid = "s-9"}, booking()), "");
  EXPECT_EQ(already_so({.kind = ActionKind::confirm}, booking("accepted")), "is accepted already");
  EXPECT_EQ(already_so({.kind = ActionKind::decline}, booking("rejected")), "is rejected already");
  EXPECT_EQ(already_so({.kind = ActionKind::reassign, .to_email = "EDITH@quill.test"}, booking()),
            "has this host already");
  EXPECT_EQ(already_so({.kind = ActionKind::reassign}, booking()), "");
  EXPECT_EQ(already_so({.kind = ActionKind::mark_absent, .absent = {"ana@client.test"}}, booking()), "");
}

TEST(BookingAction, WhatCannotBeIsSaidBefore) {
  LiveBooking over = booking();
  over.start = noon - std::chrono::hours{2};
  over.end = noon - std::chrono::hours{1};
  LiveBooking moved = booking("cancelled");
  moved.rescheduled_to = "next";
  EXPECT_EQ(cannot({.kind = ActionKind::cancel}, booking(), noon), "");
  EXPECT_EQ(cannot({.kind = ActionKind::cancel}, over, noon), "is over");
  EXPECT_THAT(cannot({.kind = ActionKind::reschedule, .start = noon}, moved, noon), HasSubstr("next"));
  EXPECT_EQ(cannot({.kind = ActionKind::cancel, .seat_uid = "s-9"}, booking(), noon), "has no seat s-9");
  EXPECT_EQ(cannot({.kind = ActionKind::cancel, .subsequent = true}, booking(), noon),
            "belongs to no series");
  EXPECT_EQ(cannot({.kind = ActionKind::confirm}, booking("accepted"), noon),
            "is not waiting to be confirmed");
  EXPECT_EQ(cannot({.kind = ActionKind::decline}, booking("pending"), noon), "");
  EXPECT_THAT(cannot({.kind = ActionKind::mark_absent, .absent_host = true}, booking(), noon),
              HasSubstr("has not begun"));
  EXPECT_THAT(cannot({.kind = ActionKind::mark_absent, .absent = {"x@y.test"}}, over, noon),
              HasSubstr("no attendee"));
}

TEST(BookingAction, ConsequencesThatArePeoplesAreSaidBefore) {
  EXPECT_THAT(consequences({.kind = ActionKind::cancel}, booking()), ElementsAre(HasSubstr("all 2 seats")));
  EXPECT_TRUE(consequences({.kind = ActionKind::cancel, .seat_uid = "s-1"}, booking()).empty());
  LiveBooking one_of_series = booking();
  one_of_series.attendees.pop_back();
  one_of_series.series_uid = "r";
  EXPECT_THAT(consequences({.kind = ActionKind::cancel}, one_of_series),
              ElementsAre(HasSubstr("others of its series stay")));
  EXPECT_THAT(consequences({.kind = ActionKind::cancel, .subsequent = true}, one_of_series),
              ElementsAre(HasSubstr("all later ones")));
  EXPECT_THAT(consequences({.kind = ActionKind::confirm}, one_of_series),
              ElementsAre(HasSubstr("whole series")));
}

}  // namespace
}  // namespace calsync
