// Repositories with something wrong: each finding at its place, with its cure, all at once.
#include "tests/config/desired/read_text.hpp"

namespace calsync {
namespace {

struct Broken {
  const char* story;
  std::string text;
  std::string findings;
};

class BrokenRepository : public testing::TestWithParam<Broken> {};

TEST_P(BrokenRepository, IsToldWhole) {
  const Broken& c = GetParam();
  SCOPED_TRACE(c.story);
  EXPECT_EQ(findings_of(read_text(c.text)), c.findings);
}

std::string event_type(const std::string& more) {
  return "eventTypes:\n  - team: t\n    slug: s\n    title: T\n    lengthInMinutes: 30\n    schedulingType: "
         "roundRobin\n" +
         more;
}
std::string schedule(const std::string& more) {
  return "schedules:\n  - {user: a@x.org, name: H, timeZone: Europe/London,\n     " + more + "}\n";
}
std::string workflow(const std::string& more) {
  return "workflows:\n  - team: t\n    name: W\n" + more;
}
const std::string step =
    "{stepNumber: 1, action: email_host, recipient: host, template: custom, sender: S, message: {subject: s, "
    "html: h}}";
std::string webhook(const std::string& more) {
  return "webhooks:\n  - {scope: organization, active: true,\n     " + more + "}\n";
}

INSTANTIATE_TEST_SUITE_P(
    Table, BrokenRepository,
    testing::Values(
        Broken{"no UTF-8", "teams:\n  - {slug: a, name: \"\xff\xfe\"}\n",
               "a.yaml:2:21: `name` is no UTF-8: save the file in that encoding\n"},
        Broken{"a control character", "teams:\n  - {slug: a, name: \"A\\u009b31mB\"}\n",
               "a.yaml:2:21: `name` holds a control character: take it out\n"},
        Broken{"writing turned round", "teams:\n  - {slug: a, name: \"A\\u202ecod\"}\n",
               "a.yaml:2:21: `name` holds a character that turns the direction of writing: take it out\n"},
        // --- files ---
        Broken{"no YAML", "teams: [\n", "a.yaml:2:1: not YAML: end of sequence flow not found\n"},
        Broken{"not an object", "- a\n",
               "a.yaml:1:1: the file must be an object: {teams: […], users: […] …}\n"},
        Broken{"an unknown section, with the nearest", "eventtypes: []\nteam: []\n",
               "a.yaml:1:1: a configuration has no `eventtypes`; did you mean `eventTypes`?\n"
               "a.yaml:2:1: a configuration has no `team`; did you mean `teams`?\n"},
        Broken{"a key twice", "teams: []\nteams: []\n",
               "a.yaml:2:1: the key teams is here twice: it is already in line 1\n"},
        Broken{"an alias bomb", "teams: &a [x]\nusers: *a\n",
               "a.yaml:1:8: anchors (&name) are not allowed: write the value out where it is wanted\n"
               "a.yaml:1:12: each of `teams` must be an object: {name: value, …}\n"
               "a.yaml:2:8: aliases (*name) are not allowed: write the value out\n"},
        Broken{"a section that is no list", "teams: {slug: a}\n", "a.yaml:1:8: `teams` must be a list\n"},
        Broken{"an item that is no object", "teams: [a]\n",
               "a.yaml:1:9: each of `teams` must be an object: {name: value, …}\n"},
        // --- fields ---
        Broken{"an unknown field, with the nearest", "teams: [{slug: a, name: A, timezone: Europe/London}]\n",
               "a.yaml:1:28: the team has no `timezone`; did you mean `timeZone`?\n"},
        Broken{"a missing field", "teams: [{slug: a}]\n", "a.yaml:1:9: the team lacks `name`\n"},
        Broken{"a field that is empty", "teams: [{slug: a, name: }]\n",
               "a.yaml:1:25: `name` cannot be empty\n"},
        Broken{"a text where a number is wanted", event_type("    minimumBookingNotice: \"60\"\n"),
               "a.yaml:7:27: `minimumBookingNotice` must be a whole number, without quotes\n"},
        Broken{"a number that is too small", event_type("    lengthInMinutesOptions: [0, 30]\n"),
               "a.yaml:7:30: an element here must be at least 1\n"},
        Broken{"yes instead of true", event_type("    hidden: yes\n"),
               "a.yaml:7:13: `hidden` must be true or false\n"},
        Broken{"a word that is not among those",
               event_type("    locations: [{type: integration, integration: zom}]\n"),
               "a.yaml:7:50: `integration` cannot be `zom`; did you mean `zoom`?\n"},
        Broken{
            "a zone that nobody knows", "teams: [{slug: a, name: A, timeZone: Europe/Londn}]\n",
            "a.yaml:1:38: `timeZone`: this is no time zone of the IANA data base, such as Europe/London\n"},
        Broken{"no e-mail address", "users: [{email: ana}]\n",
               "a.yaml:1:17: `email`: this is no e-mail address\n"},
        Broken{"no colour", "teams: [{slug: a, name: A, brandColor: red}]\n",
               "a.yaml:1:40: `brandColor`: this is no colour: write it as \"#1a2b3c\", in quotes\n"},
        Broken{"no date", "outOfOffice: [{user: a@x.org, start: 2026-02-30, end: \"2026-03-01\"}]\n",
               "a.yaml:1:38: `start`: this is no date: write it as \"2026-12-31\"\n"},
        Broken{"no time of day",
               schedule("availability: [{days: [Monday], startTime: \"9:00\", endTime: \"24:00\"}]"),
               "a.yaml:3:49: `startTime`: this is no time of day: write it as \"09:30\", in quotes; a day "
               "ends at \"23:59\"\n"
               "a.yaml:3:66: `endTime`: this is no time of day: write it as \"09:30\", in quotes; a day ends "
               "at \"23:59\"\n"},
        Broken{
            "a secret that is written out",
            webhook("subscriberUrl: \"https://x.org\", triggers: [BOOKING_CREATED], secret: hunter2hunter2"),
            "a.yaml:3:75: `secret`: a secret is always a reference: env:NAME, dotenv:FILE#NAME, file:PATH, "
            "credential:NAME, vault:MOUNT/PATH#FIELD or doppler:NAME\n"},
        Broken{"several at once",
               "teams: [{slug: a, nam: A}]\nusers: [{email: x}, {email: y@x.org, locales: en}]\n",
               "a.yaml:1:9: the team lacks `name`\n"
               "a.yaml:1:19: the team has no `nam`; did you mean `name`?\n"
               "a.yaml:2:17: `email`: this is no e-mail address\n"
               "a.yaml:2:38: the user has no `locales`; did you mean `locale`?\n"},
        // --- names ---
        Broken{"one thing twice, with both places",
               "teams:\n  - {slug: a, name: A}\n  - {slug: a, name: B}\n",
               "a.yaml:3:5: team/a is stated twice: also in a.yaml:2:5\n"},
        Broken{"one e-mail twice in another case", "users:\n  - {email: A@x.org}\n  - {email: a@X.org}\n",
               "a.yaml:3:5: user/a@x.org is stated twice: also in a.yaml:2:5\n"},
        Broken{"a role of one membership stated in two ways",
               "teams: [{slug: t, name: T, members: [{user: a@x.org, role: ADMIN}]}]\nusers: [{email: "
               "a@x.org, teams: [t]}]\n",
               "a.yaml:2:34: membership/t/a@x.org is stated twice: also in a.yaml:1:38\n"},
        Broken{"a schedule that nobody states",
               "users: [{email: a@x.org, schedules: [Standrd]}]\nschedules: [{name: Standard, timeZone: "
               "Europe/London}]\n",
               "a.yaml:1:38: no schedule is called Standrd; did you mean Standard?\n"},
        Broken{"a default that is not among the user's schedules",
               "users: [{email: a@x.org, schedules: [H], defaultSchedule: K}]\nschedules: [{name: H, "
               "timeZone: Europe/London}]\n",
               "a.yaml:1:59: K is no schedule of a@x.org\n"},
        Broken{"a host who is no member",
               "teams: [{slug: t, name: T, members: [bo@x.org]}]\nusers: [{email: bo@x.org}]\n" +
                   event_type("    hosts: [{user: ana@x.org}]\n"),
               "a.yaml:9:20: ana@x.org is no member of the team; did you mean bo@x.org?\n"},
        Broken{"a team that is nowhere", "teams: [{slug: u, name: U}]\n" + event_type(""),
               "a.yaml:3:11: t is not in `teams`\n"},
        Broken{"a workflow for an event type that is nowhere",
               event_type("") +
                   workflow("    activation: {eventTypes: [z]}\n    trigger: {type: newEvent}\n    steps: [" +
                            step + "]\n"),
               "a.yaml:10:31: z is no event type of the team\n"},
        // --- event types ---
        Broken{"an event type of nobody", "eventTypes: [{slug: s, title: T, lengthInMinutes: 5}]\n",
               "a.yaml:1:14: an event type has a `team`, or for a personal one a `user`\n"},
        Broken{"hosts and everybody",
               event_type("    hosts: [{user: a@x.org}]\n    assignAllTeamMembers: true\n"),
               "a.yaml:7:12: either `hosts` or `assignAllTeamMembers: true`: with the latter every member is "
               "a host\n"},
        Broken{"seats with a confirmation, two places and a series",
               event_type("    seats: {seatsPerTimeSlot: 2, showAttendeeInfo: true, showAvailabilityCount: "
                          "true}\n    confirmationPolicy: {type: always, blockUnconfirmedBookingsInBooker: "
                          "false}\n    recurrence: {interval: 1, occurrences: 2, frequency: weekly}\n    "
                          "locations: [{type: attendeePhone}, {type: link, link: \"https://x.org\"}]\n"),
               "a.yaml:7:12: seats allow one location only (Cal.com: \"Seats Validation failed\")\n"
               "a.yaml:7:12: seats and a confirmation policy exclude each other (Cal.com: \"Seats Validation "
               "failed\")\n"
               "a.yaml:7:12: seats and recurrence exclude each other: Cal.com answers 400, and keeps the "
               "event type half made\n"},
        Broken{"lengths without the length", event_type("    lengthInMinutesOptions: [45, 60]\n"),
               "a.yaml:7:29: the options hold `lengthInMinutes` (30), too\n"},
        Broken{"a range that ends before it starts",
               event_type("    bookingWindow: {type: range, value: [\"2026-12-31\", \"2026-12-01\"]}\n"),
               "a.yaml:7:41: the range ends before it starts\n"},
        Broken{"a question without label, two of one slug, choices without options",
               event_type("    bookingFields:\n      - {type: text, slug: a}\n      - {type: text, slug: b, "
                          "label: B}\n      - {type: select, slug: b, label: B}\n"),
               "a.yaml:8:9: a question of type text has `slug` (the name of its answer) and `label` (what "
               "clients read)\n"
               "a.yaml:10:9: a select has `options`\n"
               "a.yaml:10:9: two questions have the slug b\n"},
        Broken{"nobody can be reached",
               event_type("    bookingFields: [{type: email, label: E, placeholder: p, hidden: true}]\n"),
               "a.yaml:7:20: one question for e-mail or phone must be required and visible, or Cal.com "
               "answers 400\n"},
        Broken{"a priority that collective forgets",
               "eventTypes: [{team: t, slug: s, title: T, lengthInMinutes: 5, schedulingType: collective, "
               "hosts: [{user: a@x.org, priority: high}]}]\n",
               "a.yaml:1:125: `priority` is for roundRobin only: Cal.com forgets it otherwise\n"},
        // --- the rest ---
        Broken{"hours that overlap, and one that ends before it starts",
               schedule("availability: [{days: [Monday, Tuesday], startTime: \"09:00\", endTime: \"12:00\"}, "
                        "{days: [Tuesday], startTime: \"11:00\", endTime: \"13:00\"}, {days: [Friday], "
                        "startTime: \"18:00\", endTime: \"09:00\"}]"),
               "a.yaml:3:86: Tuesday 11:00–13:00 overlaps 09:00–12:00\n"
               "a.yaml:3:143: these hours end before they start: 18:00 to 09:00\n"},
        Broken{"a reminder without its time, a step without text, a number twice",
               workflow("    activation: {}\n    trigger: {type: beforeEvent}\n    steps: [" + step +
                        ",\n      {stepNumber: 1, action: sms_number, recipient: phone_number, template: "
                        "custom, sender: S, message: {subject: s, html: h}}]\n"),
               "a.yaml:4:17: either `eventTypes: [slug, …]` or `isActiveOnAllEventTypes: true`\n"
               "a.yaml:5:14: the trigger beforeEvent has `offset: {value: 24, unit: hour}`\n"
               "a.yaml:7:7: sms_number has `phone`: a number that the team has verified\n"
               "a.yaml:7:7: two steps have the number 1\n"
               "a.yaml:7:106: the message of sms_number has `text`\n"},
        Broken{"triggers of the document that do not exist",
               webhook("subscriberUrl: \"https://x.org\", triggers: [BOOKING_CONFIRMED, BOOKING_CREATED, "
                       "BOOKING_CREATED]"),
               "a.yaml:3:49: Cal.com knows no BOOKING_CONFIRMED: a confirmation comes as BOOKING_CREATED\n"},
        Broken{"a target without TLS, and one that is not allowed",
               webhook("subscriberUrl: \"http://a.org\", triggers: [BOOKING_CREATED]") +
                   "  - {scope: organization, active: true, subscriberUrl: \"https://b.org/x\", triggers: "
                   "[AFTER_HOSTS_CAL_VIDEO_NO_SHOW]}\npolicy: {allowedHosts: [\"*.a.org\", a.org]}\n",
               "a.yaml:3:21: a webhook carries personal data: its target is https\n"
               "a.yaml:4:56: b.org is not among policy.allowedHosts\n"
               "a.yaml:4:86: warning: AFTER_HOSTS_CAL_VIDEO_NO_SHOW never fires for a webhook made through "
               "the API: it needs a time that only the UI can set\n"},
        Broken{"time off that ends before it starts, overlaps, and a stand-in who is away",
               "outOfOffice:\n  - {user: a@x.org, start: \"2026-12-10\", end: \"2026-12-01\"}\n  - {user: "
               "b@x.org, start: \"2026-12-01\", end: \"2026-12-05\", redirectTo: c@x.org}\n  - {user: "
               "b@x.org, start: \"2026-12-04\", end: \"2026-12-09\"}\n  - {user: c@x.org, start: "
               "\"2026-12-05\", end: \"2026-12-06\", redirectTo: c@x.org}\n",
               "a.yaml:2:47: this time off ends before it starts\n"
               "a.yaml:3:73: c@x.org is away then, too (2026-12-05 to 2026-12-06): Cal.com refuses such a "
               "stand-in\n"
               "a.yaml:4:28: warning: overlaps the time off from 2026-12-01 to 2026-12-05\n"
               "a.yaml:5:73: nobody stands in for themselves\n"},
        Broken{"a policy with a mistake in each part",
               "policy:\n  removal: {users: delete, eventTypes: drop, teamz: keep}\n  drift: {workflows: "
               "maybe}\n  limits: {removalShare: 2, changes: 0}\n  ignore: [{address: \"team/*\", pointers: "
               "[name]}]\n  protected: []\n",
               "a.yaml:2:20: `users` can only be kept: who leaves is off-boarded with `calsync offboard`\n"
               "a.yaml:2:40: `eventTypes` may be keep, delete or disable\n"
               "a.yaml:2:46: `removal` has no `teamz`; did you mean `teams`?\n"
               "a.yaml:3:22: `workflows` may be report or heal\n"
               "a.yaml:4:26: `removalShare` must be a number between 0 and 1\n"
               "a.yaml:4:38: `changes` must be at least 1\n"
               "a.yaml:5:12: a pointer begins with '/': \"/description\"\n"
               "a.yaml:6:3: the policy has no `protected`; did you mean `protect`?\n"}));

TEST(BrokenRepository, MayHoldAnyBytes) {
  std::uint32_t state = 7;
  const auto next = [&] { return state = state * 1664525U + 1013904223U, state >> 16U; };
  const std::string alphabet = "teamsuer:[]{}-, \n\"'#&*!|>\\\t0123ab\xc3\xff";
  for (int run = 0; run < 3000; ++run) {
    std::string text = run % 2 == 0 ? "teams:\n  - " : "eventTypes: [{";
    for (std::uint32_t i = next() % 60; i > 0; --i) text += alphabet[next() % alphabet.size()];
    read_text(text);
  }
}

}  // namespace
}  // namespace calsync
