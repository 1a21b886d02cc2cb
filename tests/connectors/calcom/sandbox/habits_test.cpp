// The habits of Cal.com that a client must survive (CONTRACT §3–§10, §16), one promise each.
#include "tests/connectors/calcom/sandbox/sandbox_api.hpp"

namespace calsync::sandbox {
namespace {

struct SandboxHabits : SandboxApi {
  std::int64_t team = make(org + "/teams", R"({"name":"Sci Editing","slug":"sci"})");
  std::int64_t editor = make(org + "/users", R"({"email":"Edith@Quill.test"})");
  std::string of_team = org + "/teams/" + std::to_string(team);
  std::string of_editor = org + "/users/" + std::to_string(editor);

  std::string id_text(std::int64_t id) { return "/" + std::to_string(id); }
  std::int64_t join() {
    return make(of_team + "/memberships", R"({"userId":)" + std::to_string(editor) + R"(,"accepted":true})");
  }
  std::int64_t event_type(const std::string& more = "") {
    return make(of_team + "/event-types",
                R"({"title":"T","slug":"t","lengthInMinutes":30,"schedulingType":"roundRobin",
                                           "hosts":[{"userId":)" +
                    std::to_string(editor) + "}]" + more + "}");
  }
};

TEST_F(SandboxHabits, WhatIsUnknownIsDroppedWithoutAWord) {
  const Answer answer = post(org + "/teams", R"({"name":"A","frobnicate":1,"parentId":7})");
  EXPECT_EQ(answer.status, 201);
  EXPECT_EQ(at(answer, "/data/frobnicate"), "nothing");
  EXPECT_EQ(at(answer, "/data/parentId"), "1");
}

TEST_F(SandboxHabits, DefaultsAreFilledInAndASlugIsMadeOnlyWhereNoneIsGiven) {
  const Answer made = post(org + "/teams", R"({"name":"No Slug Team"})");
  EXPECT_EQ(at(made, "/data/slug"), R"("no-slug-team")");
  EXPECT_EQ(at(made, "/data/timeZone"), R"("Europe/London")");
  EXPECT_EQ(at(post(org + "/teams", R"({"name":"B","slug":"Given One!"})"), "/data/slug"), R"("Given One!")");
}

TEST_F(SandboxHabits, ATeamsPatchNeedsItsName) {
  EXPECT_EQ(patch(of_team, R"({"bio":"x"})").status, 400);
  EXPECT_EQ(patch(of_team, R"({"name":"Sci","bio":"x"})").status, 200);
}

TEST_F(SandboxHabits, ATeamsOwnSlugMayBeSentAgainAnEventTypesMayNot) {
  join();
  const auto id = event_type();
  EXPECT_EQ(patch(of_team, R"({"name":"Sci","slug":"sci"})").status, 200);
  const Answer again = patch(of_team + "/event-types" + id_text(id), R"({"slug":"t"})");
  EXPECT_EQ(again.status, 400);
  EXPECT_EQ(at(again, "/error/message"), R"("Team event type with this slug already exists")");
}

TEST_F(SandboxHabits, TheOwnUsernameCountsAsTaken) {
  EXPECT_EQ(patch(of_editor, R"({"username":"edith"})").status, 200);
  EXPECT_EQ(patch(of_editor, R"({"username":"edith"})").status, 409);
}

TEST_F(SandboxHabits, AUserWithUsernameIsNotMadeOneWithWeekdayIsMadeAndReportedAsAFailure) {
  EXPECT_EQ(post(org + "/users", R"({"email":"a@quill.test","username":"a"})").status, 400);
  EXPECT_EQ(at(get(org + "/users?emails=a@quill.test"), "/data"), "[]");
  EXPECT_EQ(post(org + "/users", R"({"email":"b@quill.test","weekday":"Monday"})").status, 500);
  EXPECT_EQ(at(get(org + "/users?emails=b@quill.test"), "/data/0/email"), R"("b@quill.test")");
}

TEST_F(SandboxHabits, AMembershipIsOnlyAnInvitationUnlessAccepted) {
  const Answer answer = post(of_team + "/memberships", R"({"userId":)" + std::to_string(editor) + "}");
  EXPECT_EQ(at(answer, "/data/accepted"), "false");
  EXPECT_EQ(post(of_team + "/memberships", R"({"userId":)" + std::to_string(editor) + "}").status, 409);
}

TEST_F(SandboxHabits, AnOrganisationsMembershipIsMadeOverAndLosesAccepted) {
  const Answer answer = post(org + "/memberships", R"({"userId":)" + std::to_string(editor) + "}");
  EXPECT_EQ(answer.status, 201);
  EXPECT_EQ(at(answer, "/data/accepted"), "false");
}

TEST_F(SandboxHabits, TheSameDaysOffTwiceAreRefusedEvenForTheEntryItself) {
  const std::string body = R"({"start":"2026-12-20T08:00:00Z","end":"2026-12-31T00:00:00.000Z"})";
  const auto id = make(of_editor + "/ooo", body);
  EXPECT_EQ(at(get(of_editor + "/ooo"), "/data/0/end"), R"("2026-12-31T23:59:59.999Z")");
  EXPECT_EQ(post(of_editor + "/ooo", body).status, 409);
  EXPECT_EQ(patch(of_editor + "/ooo" + id_text(id), body).status, 409);
  EXPECT_EQ(patch(of_editor + "/ooo" + id_text(id), R"({"notes":"n"})").status, 200);
  EXPECT_EQ(patch(of_editor + "/ooo" + id_text(id), R"({"end":"2027-01-02T00:00:00Z"})").status, 400);
}

TEST_F(SandboxHabits, ListsInsideAreReplacedWhole) {
  const auto id = make(of_editor + "/schedules", R"({"name":"S","timeZone":"Europe/Berlin","isDefault":true,
      "overrides":[{"date":"2026-12-24","startTime":"09:00","endTime":"10:00"}]})");
  const Answer answer =
      patch(of_editor + "/schedules" + id_text(id),
            R"({"availability":[{"days":["Sunday"],"startTime":"08:00","endTime":"09:00"}]})");
  EXPECT_EQ(at(answer, "/data/availability/0/days"), R"(["Sunday"])");
  EXPECT_EQ(at(answer, "/data/availability/1"), "nothing");
  EXPECT_EQ(at(answer, "/data/overrides/0/date"), R"("2026-12-24")");
}

TEST_F(SandboxHabits, FalseDoesNotTakeADefaultScheduleAway) {
  const auto id =
      make(of_editor + "/schedules", R"({"name":"S","timeZone":"Europe/Berlin","isDefault":true})");
  EXPECT_EQ(at(patch(of_editor + "/schedules" + id_text(id), R"({"isDefault":false})"), "/data/isDefault"),
            "true");
  EXPECT_EQ(erase(of_editor + "/schedules" + id_text(id)).status, 200);
  EXPECT_EQ(at(get(org + "/users?emails=edith@quill.test"), "/data/0/defaultScheduleId"), std::to_string(id));
}

TEST_F(SandboxHabits, AWorkflowsPatchWithoutTriggerLosesTheOffset) {
  const std::string step = R"({"stepNumber":1,"action":"email_attendee","template":"custom","sender":"Q",
                               "includeCalendarEvent":true,"message":{"subject":"s","html":"h"}})";
  const auto id = make(of_team + "/workflows", R"({"name":"R","activation":{"isActiveOnAllEventTypes":true},
      "trigger":{"type":"beforeEvent","offset":{"value":24,"unit":"hour"}},"steps":[)" +
                                                   step + "]}");
  const std::string one = of_team + "/workflows" + id_text(id);
  EXPECT_EQ(at(get(one), "/data/trigger/offset/value"), "24");
  EXPECT_EQ(at(get(one), "/data/steps/0/template"), R"("reminder")");
  EXPECT_EQ(at(patch(one, R"({"name":"R2"})"), "/data/trigger/offset/value"), "1");
  EXPECT_EQ(patch(one, R"({"steps":[)" + step + "]}").status, 400);
}

TEST_F(SandboxHabits, AnEventTypesPatchSetsBackWhatItDoesNotName) {
  join();
  const auto id = event_type(R"(,"lengthInMinutesOptions":[30,60],"disableGuests":true,
      "bookerLayouts":{"defaultLayout":"month","enabledLayouts":["month"]},"beforeEventBuffer":10,
      "confirmationPolicy":{"type":"always","blockUnconfirmedBookingsInBooker":false})");
  const Answer answer = patch(of_team + "/event-types" + id_text(id), R"({"title":"T2"})");
  EXPECT_EQ(at(answer, "/data/lengthInMinutesOptions"), "nothing");
  EXPECT_EQ(at(answer, "/data/disableGuests"), "false");
  EXPECT_EQ(at(answer, "/data/bookerLayouts"), "nothing");
  EXPECT_EQ(at(answer, "/data/confirmationPolicy"), R"({"disabled":true})");
  EXPECT_EQ(at(answer, "/data/beforeEventBuffer"), "10");
  EXPECT_NE(at(answer, "/data/hosts/0"), "nothing");
}

TEST_F(SandboxHabits, SeatsWithARecurrenceAreRefusedAndLeaveAnEventTypeWithoutHosts) {
  join();
  const Answer answer = post(of_team + "/event-types", R"({"title":"S","slug":"s","lengthInMinutes":30,
      "schedulingType":"collective","hosts":[],"seats":{"seatsPerTimeSlot":5},
      "recurrence":{"interval":1,"occurrences":3,"frequency":"weekly"}})");
  EXPECT_EQ(answer.status, 400);
  const Answer left = get(of_team + "/event-types?eventSlug=s");
  EXPECT_EQ(at(left, "/data/0/seats/seatsPerTimeSlot"), "5");
  EXPECT_EQ(at(left, "/data/0/hosts"), "[]");
}

TEST_F(SandboxHabits, SeatsAreRefusedWithMoreLocationsAndWithConfirmation) {
  join();
  const std::string seats =
      R"(,"seats":{"seatsPerTimeSlot":5,"showAttendeeInfo":true,"showAvailabilityCount":true})";
  const std::string one = of_team + "/event-types" + id_text(event_type(seats));
  EXPECT_EQ(patch(one, R"({"confirmationPolicy":{"type":"always"}})").status, 400);
  EXPECT_EQ(
      patch(one, R"({"locations":[{"type":"attendeePhone"},{"type":"link","link":"https://a"}]})").status,
      400);
  EXPECT_EQ(patch(one, R"({"title":"T2"})").status, 200);
}

TEST_F(SandboxHabits, AFailedWorkflowLeavesAHuskWithoutName) {
  const Answer answer =
      post(of_team + "/workflows", R"({"name":"W","activation":{"isActiveOnAllEventTypes":true},
      "trigger":{"type":"newEvent"},"steps":[{"stepNumber":1,"action":"email_address","verifiedEmailId":3,
      "message":{"subject":"s","html":"h"}}]})");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(at(get(of_team + "/workflows"), "/data/0/name"), R"("")");
}

TEST_F(SandboxHabits, AnAttributeGivenToAPersonIsThereUntilTakenBack) {
  const Answer made = post(org + "/attributes", R"({"name":"Field","slug":"field","type":"SINGLE_SELECT",
      "options":[{"value":"Physics","slug":"physics"}]})");
  const std::string id = at(made, "/data/id");
  const std::string options = org + "/attributes/" + id.substr(1, id.size() - 2) + "/options";
  const std::string option = at(get(options), "/data/0/id");
  const std::string of_person = org + "/attributes/options" + id_text(editor);
  EXPECT_EQ(post(of_person, R"({"attributeId":)" + id + R"(,"attributeOptionId":)" + option + "}").status,
            201);
  EXPECT_EQ(at(get(of_person), "/data/0/slug"), R"("physics")");
  EXPECT_EQ(erase(of_person + "/" + option.substr(1, option.size() - 2)).status, 200);
  EXPECT_EQ(at(get(of_person), "/data"), "[]");
}

TEST_F(SandboxHabits, NullEmptiesAColumnThatCanBeEmptyAndFailsOnOneThatCannot) {
  join();
  const std::string one = of_team + "/event-types" + id_text(event_type(R"(,"slotInterval":15)"));
  EXPECT_EQ(at(patch(one, R"({"slotInterval":null})"), "/data/slotInterval"), "null");
  EXPECT_EQ(patch(one, R"({"minimumBookingNotice":null})").status, 500);
}

TEST_F(SandboxHabits, AManagedEventTypeIsAListOfItselfAndItsPeoples) {
  join();
  const Answer made = post(of_team + "/event-types", R"({"title":"M","slug":"m","lengthInMinutes":30,
      "schedulingType":"managed","hosts":[{"userId":)" + std::to_string(editor) +
                                                         "}]}");
  EXPECT_EQ(made.body.at("data").as_array().size(), 2U);
  EXPECT_EQ(at(made, "/data/1/parentEventTypeId"), at(made, "/data/0/id"));
  EXPECT_EQ(get(of_team + "/event-types").body.at("data").as_array().size(), 1U);
}

TEST_F(SandboxHabits, NothingOfThisIsAnnounced) {
  const auto member = join();
  const auto type = event_type();
  make(of_editor + "/ooo", R"({"start":"2026-12-20T00:00:00Z","end":"2026-12-21T00:00:00Z"})");
  erase(of_team + "/event-types" + id_text(type));
  erase(of_team + "/memberships" + id_text(member));
  erase(of_editor);
  EXPECT_TRUE(world.notices.empty());
}

}  // namespace
}  // namespace calsync::sandbox
