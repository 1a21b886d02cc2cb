#include "config/plan/plan.hpp"

#include "tests/config/desired/read_text.hpp"

namespace calsync {
namespace {

Desired wanted(std::string_view text) {
  auto read = read_text(text);
  EXPECT_TRUE(read.good()) << findings_of(read);
  return std::move(read.desired);
}
Resources live(std::string_view text) {
  return wanted(text).resources;
}

// "+team/a ~user/b -workflow/c"
std::string actions_of(const Plan& plan) {
  std::string out;
  for (const Change& change : plan.changes) {
    const char* sign = change.action == Action::create    ? "+"
                       : change.action == Action::update  ? "~"
                       : change.action == Action::disable ? "!"
                                                          : "-";
    out += (out.empty() ? "" : " ") + std::string(sign) + change.address;
  }
  return out;
}
std::string refusals_of(const Plan& plan) {
  std::string out;
  for (const Refusal& one : plan.refused)
    out += one.address + "|" + one.what + (one.whole ? "|whole\n" : "\n");
  return out;
}

Register owns(const Resources& resources) {
  Register out;
  for (const auto& [address, resource] : resources)
    out[address] = {.id = "1", .applied = resource.fields, .commit = "c", .not_taken = {}};
  return out;
}

const std::string team = "teams: [{slug: t, name: T}]\n";
std::string event_types(int from, int to) {
  std::string out = "eventTypes:\n";
  for (int i = from; i < to; ++i)
    out += "  - {team: t, slug: s" + std::to_string(i) +
           ", title: S, lengthInMinutes: 5, schedulingType: collective}\n";
  return out;
}

TEST(MakePlan, CreatesWhatIsMissingOwnersFirst) {
  const auto plan =
      make_plan(wanted(event_types(0, 1) + team + "users: [{email: a@x.org, teams: [t]}]\n"), {}, {});
  EXPECT_EQ(actions_of(plan), "+team/t +user/a@x.org +membership/t/a@x.org +eventType/t/s0");
  EXPECT_THAT(plan.changes.at(2).needs, testing::ElementsAre("team/t", "user/a@x.org"));
  EXPECT_THAT(plan.changes.at(3).needs, testing::ElementsAre("team/t"));
  EXPECT_THAT(plan.changes.at(1).notes, testing::ElementsAre(testing::HasSubstr("invitation")));
}

TEST(MakePlan, ChangesOnlyWhatDiffers) {
  const auto plan = make_plan(wanted("teams: [{slug: t, name: New, bio: b}]"),
                              live("teams: [{slug: t, name: Old, bio: b, theme: dark}]"), {});
  EXPECT_EQ(actions_of(plan), "~team/t");
  ASSERT_EQ(plan.changes[0].fields.size(), 1U);
  EXPECT_EQ(plan.changes[0].fields[0].pointer, "/name");
}

TEST(MakePlan, ThatOfWhatWasAppliedIsEmpty) {
  const auto read = read_desired(files_of("deploy/example-org"), few_zones());
  ASSERT_TRUE(read.good());
  const auto plan = make_plan(read.desired, read.desired.resources, {});
  EXPECT_EQ(actions_of(plan), "");
  EXPECT_TRUE(plan.manual_steps.empty());
}

TEST(MakePlan, NeverTouchesWhatIsNeitherDeclaredNorOurs) {
  const auto there = live(team + event_types(0, 9));
  const Register nothing;
  const auto plan =
      make_plan(wanted(team + "policy: {removal: {eventTypes: delete}}\n"), there, {.owned = &nothing});
  EXPECT_EQ(actions_of(plan), "");
  EXPECT_EQ(plan.unmanaged.size(), 9U);
  EXPECT_THAT(plan.adopted, testing::ElementsAre("team/t"));
}

TEST(MakePlan, RemovesWhatIsOursOnlyByPolicy) {
  const auto there = live(team + event_types(0, 9));
  const Register owned = owns(there);
  const PlanOptions options{.owned = &owned};
  EXPECT_EQ(actions_of(make_plan(wanted(team + event_types(1, 9)), there, options)), "")
      << "keep is the default";
  EXPECT_EQ(
      actions_of(make_plan(wanted(team + event_types(1, 9) + "policy: {removal: {eventTypes: delete}}\n"),
                           there, options)),
      "-eventType/t/s0");
  EXPECT_EQ(
      actions_of(make_plan(wanted(team + event_types(1, 9) + "policy: {removal: {eventTypes: disable}}\n"),
                           there, options)),
      "!eventType/t/s0");
}

TEST(MakePlan, RemovesInTheReverseOrder) {
  const auto there = live(team + event_types(0, 2));
  const Register owned = owns(there);
  auto all = wanted(
      "teams: [{slug: t, absent: true}, {slug: u, name: U}]\neventTypes: [{team: t, slug: s0, absent: "
      "true}]\n");
  const auto plan = make_plan(all, there, {.owned = &owned, .allow_removals = 5});
  EXPECT_EQ(actions_of(plan), "+team/u -eventType/t/s0 -team/t");
  EXPECT_THAT(plan.changes.at(2).needs, testing::ElementsAre("eventType/t/s0"));
}

TEST(MakePlan, KnowsWhoMoved) {
  const auto before = live("teams: [{slug: t, name: A, bio: a, theme: light}]");
  const Register owned = owns(before);
  const auto plan = make_plan(wanted("teams: [{slug: t, name: B, bio: a, theme: dark}]"),
                              live("teams: [{slug: t, name: A, bio: ui, theme: ui}]"), {.owned = &owned});
  ASSERT_EQ(plan.changes.size(), 1U);
  std::map<std::string, ChangeOrigin> origins;
  for (const auto& one : plan.changes[0].fields) origins[one.pointer] = one.origin;
  EXPECT_EQ(origins["/name"], ChangeOrigin::git);
  EXPECT_EQ(origins["/bio"], ChangeOrigin::live);
  EXPECT_EQ(origins["/theme"], ChangeOrigin::both);
}

TEST(MakePlan, RenamesInsteadOfMakingAnew) {
  const auto plan = make_plan(
      wanted("eventTypes: [{team: t, slug: new, previously: old, title: S, lengthInMinutes: 5, "
             "schedulingType: collective}]"),
      live("eventTypes: [{team: t, slug: old, title: S, lengthInMinutes: 5, schedulingType: collective}]"),
      {});
  EXPECT_EQ(actions_of(plan), "~eventType/t/new");
  EXPECT_EQ(plan.changes[0].renamed_from, "eventType/t/old");
  ASSERT_EQ(plan.changes[0].fields.size(), 1U);
  EXPECT_EQ(plan.changes[0].fields[0].pointer, "/slug");
}

TEST(MakePlan, AssertsWhatTheApiCannotWrite) {
  const std::string base = "team: t, slug: s, title: S, lengthInMinutes: 5, schedulingType: collective";
  const auto plan = make_plan(wanted("eventTypes: [{" + base + ", price: 12000, currency: gbp}]"),
                              live("eventTypes: [{" + base + ", price: 9000, currency: GBP}]"), {});
  EXPECT_EQ(actions_of(plan), "");
  ASSERT_GE(plan.manual_steps.size(), 1U);
  EXPECT_EQ(plan.manual_steps[0].pointer, "/price");
}

TEST(MakePlan, PassesOverWhatAPolicyIgnoresAndProtects) {
  const auto there = live("teams: [{slug: t, name: A}, {slug: u, name: A}]");
  const auto plan = make_plan(
      wanted("teams: [{slug: t, name: B}, {slug: u, name: B}]\npolicy: {ignore: [{address: team/t, pointers: "
             "[/name]}], protect: [\"team/u*\"]}"),
      there, {});
  EXPECT_EQ(actions_of(plan), "");
  EXPECT_THAT(refusals_of(plan), testing::HasSubstr("team/u|it differs, but policy.protect names it"));
  EXPECT_FALSE(plan.refused_whole());
}

TEST(MakePlan, KeepsWhatTheApiCannotExpress) {
  const std::string base =
      "eventTypes: [{team: t, slug: s, title: A, lengthInMinutes: 5, schedulingType: collective, ";
  auto there = live(base + "bookingFields: [{type: text, slug: x, label: X}]}]");
  there.at("eventType/t/s").beyond_api = {"bookingFields"};
  auto changed = wanted(base + "bookingFields: [{type: text, slug: y, label: Y}], hidden: true}]");
  const auto plan = make_plan(changed, there, {});
  ASSERT_EQ(plan.changes.size(), 1U);
  ASSERT_EQ(plan.changes[0].fields.size(), 1U) << "the rest of the change goes on";
  EXPECT_EQ(plan.changes[0].fields[0].pointer, "/hidden");
  EXPECT_THAT(refusals_of(plan),
              testing::HasSubstr("eventType/t/s|bookingFields holds what was made in the UI"));
}

TEST(MakePlan, PassesOverDaysThatAreOver) {
  const auto with = [](const char* days) {
    return std::string(
               "users: [{email: a@x.org}]\nschedules: [{user: a@x.org, name: H, timeZone: Europe/London, "
               "overrides: [") +
           days + "]}]";
  };
  const char* over = R"({date: "2026-12-24", startTime: "00:00", endTime: "00:00"})";
  const char* coming = R"({date: "2027-12-24", startTime: "00:00", endTime: "00:00"})";
  const std::string both = std::string(over) + ", " + coming;
  EXPECT_EQ(actions_of(make_plan(wanted(with(coming)), live(with(both.c_str())), {.today = "2027-01-02"})),
            "");
  EXPECT_EQ(actions_of(make_plan(wanted(with(both.c_str())), live(with(coming)), {.today = "2027-01-02"})),
            "");
  EXPECT_EQ(actions_of(make_plan(wanted(with(over)), live(with(both.c_str())), {.today = "2027-01-02"})),
            "~schedule/a@x.org/H");
  EXPECT_EQ(actions_of(make_plan(wanted(with(coming)), live(with(both.c_str())), {.today = "2026-12-24"})),
            "~schedule/a@x.org/H");
}

TEST(MakePlan, NeverTouchesItsOwnSubscriptionNorWhoIsHeld) {
  const std::string hook =
      "webhooks: [{scope: organization, subscriberUrl: \"https://us.example/hooks/main\", active: ";
  const auto plan =
      make_plan(wanted(hook + "false, triggers: [BOOKING_PAID]}]\nusers: [{email: a@x.org, bio: new}]"),
                live(hook + "true, triggers: [BOOKING_PAID]}]\nusers: [{email: a@x.org}]"),
                {.own_subscriptions = {"https://us.example/hooks/main"}, .held = {"a@x.org"}});
  EXPECT_EQ(actions_of(plan), "");
  EXPECT_THAT(plan.held, testing::ElementsAre("user/a@x.org"));
}

TEST(Guard, RefusesMassRemovalAndSaysWhatWouldAllowIt) {
  const auto there = live(team + event_types(0, 20));
  const Register owned = owns(there);
  const auto few = wanted(team + event_types(4, 20) + "policy: {removal: {eventTypes: delete}}\n");
  const auto plan = make_plan(few, there, {.owned = &owned});
  EXPECT_EQ(refusals_of(plan),
            "|it takes away 4 of kind eventType, at most 3 are allowed: --allow-removals 4 would|whole\n");
  EXPECT_FALSE(make_plan(few, there, {.owned = &owned, .allow_removals = 4}).refused_whole());
  const auto within = wanted(team + event_types(3, 20) + "policy: {removal: {eventTypes: delete}}\n");
  EXPECT_FALSE(make_plan(within, there, {.owned = &owned}).refused_whole());
  const auto stricter =
      wanted(team + event_types(2, 20) +
             "policy: {removal: {eventTypes: delete}, limits: {removals: 1, removalShare: 0}}\n");
  EXPECT_TRUE(make_plan(stricter, there, {.owned = &owned}).refused_whole());
}

TEST(Guard, RefusesAKindThatGoesToNothing) {
  const auto there = live(team + event_types(0, 2));
  const Register owned = owns(there);
  const auto plan =
      make_plan(wanted(team + "policy: {removal: {eventTypes: delete}}\n"), there, {.owned = &owned});
  EXPECT_THAT(refusals_of(plan), testing::HasSubstr("nothing of kind eventType would be left of 2"));
}

TEST(Guard, RefusesAnEmptyConfiguration) {
  EXPECT_TRUE(make_plan(wanted("teams: []\n"), live(team), {}).refused_whole());
  EXPECT_FALSE(make_plan(wanted(""), {}, {}).refused_whole()) << "nothing on both sides is no danger";
}

TEST(Guard, RefusesTooManyChangesAndTheKeysOwnRole) {
  const auto plan = make_plan(
      wanted("users: [{email: me@x.org, organizationRole: MEMBER}]\npolicy: {limits: {changes: 5}}\n" + team +
             event_types(0, 9)),
      live("users: [{email: me@x.org, organizationRole: OWNER}]"), {.key_owner = "me@x.org"});
  EXPECT_THAT(refusals_of(plan), testing::HasSubstr("--max-changes 11 would"));
  EXPECT_THAT(refusals_of(plan), testing::HasSubstr("the role of the API key's own person"));
}

TEST(MakePlan, RemembersWhatCalComDidNotKeep) {
  const auto there = live("teams: [{slug: t, name: T}]");
  Register owned = owns(there);
  owned["team/t"].not_taken.push_back({"team/t", "/bio", "x"});
  EXPECT_EQ(actions_of(make_plan(wanted("teams: [{slug: t, name: T, bio: x}]"), there, {.owned = &owned})),
            "");
  EXPECT_EQ(actions_of(make_plan(wanted("teams: [{slug: t, name: T, bio: y}]"), there, {.owned = &owned})),
            "~team/t")
      << "asked again when the file changes";
}

TEST(MakePlan, SendsASecretOnlyWhenItsReferenceChanges) {
  const std::string hook =
      "webhooks: [{scope: organization, subscriberUrl: \"https://x.org\", active: true, triggers: "
      "[BOOKING_PAID]";
  const auto there = live(hook + "}]");
  const Register owned = owns(live(hook + ", secret: env:A}]"));
  EXPECT_EQ(actions_of(make_plan(wanted(hook + ", secret: env:A}]"), there, {.owned = &owned})), "");
  EXPECT_EQ(actions_of(make_plan(wanted(hook + ", secret: env:B}]"), there, {.owned = &owned})),
            "~webhook/organization/https://x.org");
  EXPECT_EQ(actions_of(make_plan(wanted(hook + "}]"), there, {.owned = &owned})), "")
      << "an absent secret leaves the live one";
}

TEST(MakePlan, RefusesWhatTheLiveHalfExcludes) {
  const std::string base =
      "eventTypes: [{team: t, slug: s, title: S, lengthInMinutes: 5, schedulingType: collective";
  const auto plan = make_plan(
      wanted(base + ", seats: {seatsPerTimeSlot: 2, showAttendeeInfo: true, showAvailabilityCount: true}}]"),
      live(base + ", confirmationPolicy: {type: always, blockUnconfirmedBookingsInBooker: true}}]"), {});
  EXPECT_EQ(actions_of(plan), "");
  EXPECT_THAT(
      refusals_of(plan),
      testing::HasSubstr("eventType/t/s|with what it has live: seats and a confirmation policy exclude"));
}

TEST(PlanText, ShowsOnlyWhatChanges) {
  const auto as_is = [](std::string_view text) { return std::string(text); };
  const Paints plain{as_is, as_is, as_is, as_is, as_is};
  const auto plan = make_plan(wanted("teams: [{slug: t, name: New}, {slug: u, name: U}]"),
                              live("teams: [{slug: t, name: Old}]"), {});
  EXPECT_EQ(plan_text(plan, plain),
            "~ team/t\n    name  \"Old\" → \"New\"\n\n"
            "+ team/u\n    slug  \"u\"\n    name  \"U\"\n\n"
            "1 to create, 1 to update; about 4 s\n");
  EXPECT_EQ(plan_text(make_plan({}, {}, {}), plain), "nothing to change\n");
  EXPECT_THAT(plan_markdown(plan), testing::HasSubstr("| `/name` | `\"Old\"` | `\"New\"` |  |"));
  EXPECT_EQ(plan_json(plan).at("format"), "calsync.plan/1");
  EXPECT_EQ(plan_json(plan), plan_json(make_plan(wanted("teams: [{slug: u, name: U}, {slug: t, name: New}]"),
                                                 live("teams: [{slug: t, name: Old}]"), {})))
      << "the order in files means nothing";
}

}  // namespace
}  // namespace calsync
