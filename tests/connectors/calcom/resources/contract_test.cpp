// What is asked of Cal.com for a change, request by request: a line each of CONTRACT §4 to §10 that a careless tool gets wrong.
// The sandbox answers as a running server did, so that each case also ends with a second plan that is empty.
#include "config/plan/plan.hpp"
#include "organisation.hpp"

#include <gmock/gmock.h>

#include <regex>

namespace calsync {
namespace {

// Every request that changes something, with its body; ids as N.
class Watched final : public CalcomApi {
 public:
  explicit Watched(SandboxApi& api) : api_(api) {}
  Result<ApiAnswer> get(std::string_view path, ApiUse use) override { return api_.get(path, use); }
  Result<ApiAnswer> send(std::string_view method, std::string_view path, std::string_view body,
                         ApiUse use) override {
    static const std::regex numbers("/[0-9]+(?=/|$)|/[0-9a-f-]{36}"),
        ids(R"#("(id|userId|toUserId)":[0-9]+)#"), lists(R"#("activeOnEventTypeIds":\[[0-9]+\])#");
    std::string text =
        std::string(method) + " " + std::regex_replace(std::string(path.substr(below(path))), numbers, "/N");
    std::string sent = std::regex_replace(std::string(body), ids, R"("$1":N)");
    sent = std::regex_replace(sent, lists, R"("activeOnEventTypeIds":[N])");
    if (method == "PATCH" || method == "POST") text += " " + sent;
    sent_ += text + "\n";
    return api_.send(method, path, body, use);
  }
  std::string sent_;

 private:
  static std::size_t below(std::string_view path) {
    constexpr std::string_view organisation = "/v2/organizations/1";
    return path.starts_with(organisation) ? organisation.size() : std::string_view("/v2").size();
  }
  SandboxApi& api_;
};

struct Line {
  const char* name;
  const char* contract;
  std::string before, after, sent;
};

std::ostream& operator<<(std::ostream& out, const Line& line) {
  return out << line.contract;
}

class ContractLine : public testing::TestWithParam<Line> {};

// Ana and Ben in team t; what a line is about comes on top.
const std::string people =
    "teams: [{slug: t, name: T}]\nusers: [{email: ana@x.org, teams: [t]}, {email: ben@x.org, teams: [t]}]\n";

Desired wanted(const std::string& text) {
  auto read = read_text(text.starts_with("teams:") || text.starts_with("users:") ? text : people + text);
  EXPECT_TRUE(read.good()) << findings_of(read);
  return std::move(read.desired);
}

const std::string service =
    "eventTypes: [{team: t, slug: s, title: S, lengthInMinutes: 30, schedulingType: collective, "
    "assignAllTeamMembers: true}]\n";
std::string webhooks_of_both(const std::string& trigger) {
  return "webhooks: [{eventType: t/s, subscriberUrl: \"https://a.example/h\", active: true, triggers: [" +
         trigger +
         "]}, {scope: organization, subscriberUrl: \"https://a.example/h\", active: true, triggers: "
         "[BOOKING_CREATED]}]\n";
}
std::string own_service(const std::string& title) {
  return "teams: [{slug: t, name: T}]\nusers: [{email: owner@quill.test}]\neventTypes: [{user: "
         "owner@quill.test, slug: own, title: " +
         title + ", lengthInMinutes: 30}]\n";
}

TEST_P(ContractLine, IsKept) {
  const Line& line = GetParam();
  SCOPED_TRACE(line.contract);
  Organisation organisation;
  const Desired before = wanted(line.before), after = wanted(line.after);
  const Applied first = organisation.apply(before, organisation.plan(before));
  EXPECT_THAT(first.failed, testing::IsEmpty());
  const Plan plan = organisation.plan(after, &first.owned);
  Watched watched(organisation.api);
  LiveState state = organisation.live();
  Performer performer(watched, 1, after, state, [](const std::string&) {
    return Result<Secret>(Secret("a secret of thirty-two bytes ....."));
  });
  Register owned = first.owned;
  for (const Change& change : plan.changes) {
    auto done = performer.perform(change);
    ASSERT_TRUE(done) << change.address << ": " << done.error().text();
    std::ranges::copy(done->left, std::back_inserter(done->not_taken));  // as apply_plan() keeps it
    owned[change.address] = {
        .id = done->id, .applied = done->applied, .commit = "", .not_taken = done->not_taken};
  }
  EXPECT_EQ(watched.sent_, line.sent);
  const Plan second = organisation.plan(after, &owned);
  EXPECT_EQ(addresses_of(second), "") << "what was applied plans to nothing";
}

INSTANTIATE_TEST_SUITE_P(
    Lines, ContractLine,
    testing::Values(
        Line{"TeamName", "§4, §16: a PATCH of a team without its name is refused",
             "teams: [{slug: t, name: T}]", "teams: [{slug: t, name: T, bio: New}]",
             "PATCH /teams/N {\"name\":\"T\",\"bio\":\"New\"}\n"},
        Line{"TeamSlug", "§4: a team's own slug is sent to rename it only", "teams: [{slug: t, name: T}]",
             "teams: [{slug: u, previously: t, name: T}]",
             "PATCH /teams/N {\"slug\":\"u\",\"name\":\"T\"}\n"},
        Line{"UserName", "§5: no username in a creation, but in a second call; never a name",
             "teams: [{slug: t, name: T}]",
             "teams: [{slug: t, name: T}]\nusers: [{email: Cleo@x.org, username: cleo, name: Cleo}]",
             R"(POST /users {"email":"cleo@x.org"}
PATCH /users/N {"username":"cleo"}
)"},
        Line{"UserNameKept", "§5: the own username counts as taken: sent only where it differs",
             "users: [{email: cleo@x.org, username: cleo}]",
             "users: [{email: cleo@x.org, username: cleo, bio: New}]", R"(PATCH /users/N {"bio":"New"}
)"},
        Line{"Role", "§5: a role is changed by the membership of the organisation",
             "users: [{email: cleo@x.org}]", "users: [{email: cleo@x.org, organizationRole: ADMIN}]",
             R"(PATCH /memberships/N {"role":"ADMIN"}
)"},
        Line{"Accepted", "§5: a membership without `accepted` is an invitation only",
             "teams: [{slug: t, name: T}]\nusers: [{email: cleo@x.org}]",
             "teams: [{slug: t, name: T}]\nusers: [{email: cleo@x.org, teams: [t]}]",
             R"(POST /teams/N/memberships {"accepted":true,"userId":N}
)"},
        Line{"DefaultSchedule", "§6: another default is made by isDefault: true, never taken away by false",
             "users: [{email: cleo@x.org, schedules: [A, B], defaultSchedule: A}]\nschedules: [{name: A, "
             "timeZone: "
             "Europe/London}, {name: B, timeZone: Europe/London}]",
             "users: [{email: cleo@x.org, schedules: [A, B], defaultSchedule: B}]\nschedules: [{name: A, "
             "timeZone: "
             "Europe/London}, {name: B, timeZone: Europe/London}]",
             R"(PATCH /users/N/schedules/N {"isDefault":true}
)"},
        Line{"Never", "§6: an empty list of hours means never, and is sent",
             "users: [{email: cleo@x.org, schedules: [A]}]\nschedules: [{name: A, timeZone: Europe/London}]",
             "users: [{email: cleo@x.org, schedules: [A]}]\nschedules: [{name: A, timeZone: Europe/London, "
             "availability: []}]",
             R"(PATCH /users/N/schedules/N {"availability":[]}
)"},
        Line{
            "EventTypeSticky", "§7, §16: what a PATCH without it would reset goes along; the slug does not",
            "eventTypes: [{team: t, slug: s, title: S, lengthInMinutes: 30, lengthInMinutesOptions: [30, "
            "60], disableGuests: true, "
            "schedulingType: roundRobin, bookingLimitsCount: {day: 3}}]",
            "eventTypes: [{team: t, slug: s, title: New, lengthInMinutes: 30, lengthInMinutesOptions: [30, "
            "60], disableGuests: "
            "true, schedulingType: roundRobin, bookingLimitsCount: {day: 3}}]",
            R"(PATCH /teams/N/event-types/N {"title":"New","lengthInMinutesOptions":[30,60],"disableGuests":true,"confirmationPolicy":{"disabled":true}}
)"},
        Line{
            "EventTypeStickyUnstated", "§7, §16: also where the files do not state it",
            "eventTypes: [{team: t, slug: s, title: S, lengthInMinutes: 30, lengthInMinutesOptions: [30, "
            "60], "
            "schedulingType: roundRobin}]",
            "eventTypes: [{team: t, slug: s, title: New, lengthInMinutes: 30, schedulingType: roundRobin}]",
            R"(PATCH /teams/N/event-types/N {"title":"New","lengthInMinutesOptions":[30,60],"disableGuests":false,"confirmationPolicy":{"disabled":true}}
)"},
        Line{
            "EventTypeRename", "§7: a slug is sent to rename",
            "eventTypes: [{team: t, slug: s, title: S, lengthInMinutes: 30, schedulingType: roundRobin}]",
            "eventTypes: [{team: t, slug: r, previously: s, title: S, lengthInMinutes: 30, schedulingType: "
            "roundRobin}]",
            R"(PATCH /teams/N/event-types/N {"slug":"r","disableGuests":false,"confirmationPolicy":{"disabled":true}}
)"},
        Line{
            "Hosts", "§7: hosts are replaced whole, with what the files do not say of them",
            "eventTypes: [{team: t, slug: s, title: S, lengthInMinutes: 30, schedulingType: roundRobin, "
            "hosts: [{user: "
            "ana@x.org, priority: high}]}]",
            "eventTypes: [{team: t, slug: s, title: S, lengthInMinutes: 30, schedulingType: roundRobin, "
            "hosts: [{user: "
            "ben@x.org}, {user: ana@x.org}]}]",
            R"(PATCH /teams/N/event-types/N {"hosts":[{"userId":N},{"userId":N,"mandatory":false,"priority":"high"}],"disableGuests":false,"confirmationPolicy":{"disabled":true}}
)"},
        Line{
            "Price", "§7: a price is never sent",
            "eventTypes: [{team: t, slug: s, title: S, lengthInMinutes: 30, schedulingType: roundRobin}]",
            "eventTypes: [{team: t, slug: s, title: New, lengthInMinutes: 30, schedulingType: roundRobin, "
            "price: 100, currency: "
            "gbp}]",
            R"(PATCH /teams/N/event-types/N {"title":"New","disableGuests":false,"confirmationPolicy":{"disabled":true}}
)"},
        Line{
            "Limit", "§3, §7: an object is replaced whole: one limit more keeps the others",
            "eventTypes: [{team: t, slug: s, title: S, lengthInMinutes: 30, schedulingType: roundRobin, "
            "bookingLimitsCount: {day: "
            "3, week: 9}}]",
            "eventTypes: [{team: t, slug: s, title: S, lengthInMinutes: 30, schedulingType: roundRobin, "
            "bookingLimitsCount: {day: "
            "4}}]",
            R"(PATCH /teams/N/event-types/N {"disableGuests":false,"bookingLimitsCount":{"day":4,"week":9},"confirmationPolicy":{"disabled":true}}
)"},
        Line{
            "WorkflowTrigger", "§8: a PATCH always carries the whole trigger",
            "eventTypes: [{team: t, slug: s, title: S, lengthInMinutes: 30, schedulingType: "
            "roundRobin}]\nworkflows: [{team: t, "
            "name: W, activation: {isActiveOnAllEventTypes: true}, trigger: {type: beforeEvent, offset: "
            "{value: 24, unit: hour}}, "
            "steps: [{stepNumber: 1, action: email_host, recipient: host, template: reminder, sender: Q, "
            "message: {subject: S, "
            "html: H}}]}]",
            "eventTypes: [{team: t, slug: s, title: S, lengthInMinutes: 30, schedulingType: "
            "roundRobin}]\nworkflows: [{team: t, "
            "name: W, activation: {eventTypes: [s], isActiveOnAllEventTypes: false}, trigger: {type: "
            "beforeEvent, offset: {value: "
            "24, unit: hour}}, steps: [{stepNumber: 1, action: email_host, recipient: host, template: "
            "reminder, sender: Q, "
            "message: {subject: S, html: H}}]}]",
            R"(PATCH /teams/N/workflows/N {"activation":{"isActiveOnAllEventTypes":false,"activeOnEventTypeIds":[N]},"trigger":{"type":"beforeEvent","offset":{"value":24,"unit":"hour"}}}
)"},
        Line{
            "WorkflowSteps", "§8: a step keeps its id, or it would be a new one",
            "workflows: [{team: t, name: W, activation: {isActiveOnAllEventTypes: true}, trigger: {type: "
            "newEvent}, "
            "steps: [{stepNumber: 1, action: email_host, recipient: host, template: reminder, sender: Q, "
            "message: {subject: S, "
            "html: H}}]}]",
            "workflows: [{team: t, name: W, activation: {isActiveOnAllEventTypes: true}, trigger: {type: "
            "newEvent}, "
            "steps: [{stepNumber: 1, action: email_host, recipient: host, template: reminder, sender: Q, "
            "message: {subject: New, "
            "html: H}}]}]",
            R"(PATCH /teams/N/workflows/N {"trigger":{"type":"newEvent"},"steps":[{"stepNumber":1,"action":"email_host","recipient":"host","template":"reminder","sender":"Q","includeCalendarEvent":false,"message":{"subject":"New","html":"H"},"id":N}]}
)"},
        Line{
            "TimeOffDays", "§9: days are sent in the one form that is taken", "outOfOffice: []",
            "outOfOffice: [{user: ana@x.org, start: \"2030-01-01\", end: \"2030-01-05\", redirectTo: "
            "ben@x.org}]",
            R"(POST /users/N/ooo {"toUserId":N,"start":"2030-01-01T00:00:00.000Z","end":"2030-01-05T23:59:59.999Z"}
)"},
        Line{"TimeOffNotes", "§9: to change notes only notes are sent: unchanged days are refused",
             "outOfOffice: [{user: ana@x.org, start: \"2030-01-01\", end: \"2030-01-05\", notes: Old}]",
             "outOfOffice: [{user: ana@x.org, start: \"2030-01-01\", end: \"2030-01-05\", notes: New}]",
             R"(PATCH /users/N/ooo/N {"notes":"New"}
)"},
        Line{"Triggers", "§10: triggers are replaced whole; the secret that is not stated stays",
             "webhooks: [{scope: organization, subscriberUrl: \"https://a.example/h\", active: true, "
             "triggers: [BOOKING_CREATED]}]",
             "webhooks: [{scope: organization, subscriberUrl: \"https://a.example/h\", active: true, "
             "triggers: [BOOKING_PAID, "
             "BOOKING_CREATED]}]",
             R"(PATCH /webhooks/N {"triggers":["BOOKING_PAID","BOOKING_CREATED"]}
)"},
        Line{"Secret", "§10: a secret is sent when its reference changes, and at no other time",
             "webhooks: [{scope: organization, subscriberUrl: \"https://a.example/h\", active: true, "
             "triggers: [BOOKING_CREATED], "
             "secret: env:ONE}]",
             "webhooks: [{scope: organization, subscriberUrl: \"https://a.example/h\", active: true, "
             "triggers: [BOOKING_CREATED], "
             "secret: env:TWO}]",
             R"(PATCH /webhooks/N {"secret":"a secret of thirty-two bytes ....."}
)"},
        Line{"SecretKept", "§10: nor is it sent with another change",
             "webhooks: [{scope: organization, subscriberUrl: \"https://a.example/h\", active: true, "
             "triggers: [BOOKING_CREATED], "
             "secret: env:ONE}]",
             "webhooks: [{scope: organization, subscriberUrl: \"https://a.example/h\", active: false, "
             "triggers: [BOOKING_CREATED], "
             "secret: env:ONE}]",
             R"(PATCH /webhooks/N {"active":false}
)"},
        Line{
            "WebhookOfOneEventType",
            "§10: one of an event type goes to that event type: made for the organisation it would tell all "
            "bookings",
            service,
            service + "webhooks: [{eventType: t/s, subscriberUrl: \"https://a.example/h\", active: true, "
                      "triggers: [BOOKING_CREATED]}]",
            R"(POST /teams/N/event-types/N/webhooks {"triggers":["BOOKING_CREATED"],"subscriberUrl":"https://a.example/h","active":true}
)"},
        Line{"WebhookOfOneEventTypeChanged",
             "§10: and is found there again, beside one of the organisation with the same address",
             service + webhooks_of_both("BOOKING_CREATED"), service + webhooks_of_both("BOOKING_PAID"),
             R"(PATCH /teams/N/event-types/N/webhooks/N {"triggers":["BOOKING_PAID"]}
)"},
        Line{"WebhookOfOneEventTypeGone",
             "§10: DELETE of the collection would take all of them: one is deleted by its id",
             service + webhooks_of_both("BOOKING_CREATED"),
             service + "webhooks: [{eventType: t/s, subscriberUrl: \"https://a.example/h\", absent: true}, "
                       "{scope: organization, "
                       "subscriberUrl: \"https://a.example/h\", active: true, triggers: [BOOKING_CREATED]}]",
             "DELETE /teams/N/event-types/N/webhooks/N\n"},
        Line{"OwnEventType", "§7: a personal event type is made by the key's own person, by calls of its own",
             "teams: [{slug: t, name: T}]", own_service("O"),
             R"(POST /event-types {"lengthInMinutes":30,"slug":"own","title":"O"}
)"},
        Line{
            "OwnEventTypeChanged", "§7: its own slug is not sent back", own_service("O"), own_service("P"),
            R"(PATCH /event-types/N {"title":"P","disableGuests":false,"confirmationPolicy":{"disabled":true}}
)"}),
    [](const auto& one) { return one.param.name; });

std::string note_to(const std::string& address) {
  return service +
         "workflows: [{team: t, name: W, activation: {isActiveOnAllEventTypes: true}, trigger: {type: "
         "newEvent}, steps: "
         "[{stepNumber: 1, action: email_address, recipient: email, email: " +
         address + ", template: custom, sender: Q, message: {subject: S, html: H}}]}]\n";
}

TEST(ContractLines,
     AStepToOneAddressGoesByTheIdThatItWasVerifiedUnder) {  // §8: write-only, reads back as text
  Organisation organisation;
  const Desired before = wanted(service);
  Applied done = organisation.apply(before, organisation.plan(before));
  const std::string team = *organisation.live().names.id_of("team", "", "t");
  const std::string verify =
      "/v2/organizations/1/teams/" + team + "/verified-resources/emails/verification-code/verify";
  ASSERT_TRUE(
      organisation.api.send("POST", verify, R"({"email":"Ops@x.org","code":"123456"})", ApiUse::apply)->ok());
  const Desired after = wanted(note_to("ops@x.org"));
  const Applied noted = organisation.apply(after, organisation.plan(after, &done.owned));
  EXPECT_THAT(noted.failed, testing::IsEmpty());
  done.owned.insert(noted.owned.begin(), noted.owned.end());
  EXPECT_EQ(addresses_of(organisation.plan(after, &done.owned)), "")
      << "the address reads back as it was stated";
}

TEST(ContractLines,
     AStepToAnAddressThatNobodyVerifiedMakesNothing) {  // §8: the server would leave a nameless husk
  Organisation organisation;
  const Desired before = wanted(service), after = wanted(note_to("ops@x.org"));
  const Applied done = organisation.apply(before, organisation.plan(before));
  const Applied noted = organisation.apply(after, organisation.plan(after, &done.owned));
  ASSERT_EQ(noted.failed.size(), 1U);
  EXPECT_THAT(noted.failed[0], testing::HasSubstr("is not verified by team t: verify it in Cal.com's UI"));
  EXPECT_TRUE(organisation.api.world.workflows.rows().empty());
}

TEST(ContractLines,
     WhatNamesARenamedEventTypeIsMadeInTheSamePlan) {  // §7: webhooks and workflows name it by its new slug
  Organisation organisation;
  const Desired before = wanted(service);
  const Applied done = organisation.apply(before, organisation.plan(before));
  const Desired after = wanted(
      "eventTypes: [{team: t, slug: renamed, previously: s, title: S, lengthInMinutes: 30, schedulingType: "
      "collective, "
      "assignAllTeamMembers: true}]\nwebhooks: [{eventType: t/renamed, subscriberUrl: "
      "\"https://a.example/h\", "
      "active: true, triggers: [BOOKING_CREATED]}]\n");
  EXPECT_THAT(organisation.apply(after, organisation.plan(after, &done.owned)).failed, testing::IsEmpty());
}

TEST(ContractLines, AnAccountIsNeverDeleted) {  // §5: it would take the booking history along
  for (const ResourceKind* kind : all_kinds())
    EXPECT_FALSE(kind->api.remove.ends_with("/users/{id}")) << kind->name;
  EXPECT_TRUE(find_kind("user")->api.remove.empty());
}

TEST(ContractLines, OneDeleteNeverMeansAllWebhooks) {  // §10: DELETE on an event type's collection
  for (const ResourceKind* kind : all_kinds())
    for (const Endpoints* api : {&kind->api, &kind->api_of_other})
      EXPECT_TRUE(api->remove.empty() || api->remove.ends_with("/{id}")) << kind->name;
}

TEST(ContractLines,
     APersonalEventTypeOfSomebodyElseIsRefused) {  // §7: /v2/event-types is the key's own person's
  Organisation organisation;
  const Desired desired =
      wanted(people + "eventTypes: [{user: ana@x.org, slug: own, title: O, lengthInMinutes: 30}]\n");
  const Plan plan = organisation.plan(desired);
  ASSERT_EQ(plan.refused.size(), 1U);
  EXPECT_EQ(plan.refused[0].address, "eventType/ana@x.org/own");
  EXPECT_THAT(plan.refused[0].what, testing::HasSubstr("that person's own API key"));
}

}  // namespace
}  // namespace calsync
