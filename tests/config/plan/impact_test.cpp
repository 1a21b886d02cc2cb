#include "config/plan/impact.hpp"

#include "config/plan/plan_words.hpp"
#include "tests/config/desired/read_text.hpp"

namespace calsync {
namespace {

Resources resources_of(const std::string& text) {
  auto read = read_text(text);
  EXPECT_TRUE(read.good()) << findings_of(read);
  return std::move(read.desired.resources);
}

// London in December is UTC, Lagos an hour ahead all year.
std::optional<std::string> two_zones(Instant instant, std::string_view zone) {
  if (zone == "Europe/London") return to_text(instant);
  if (zone == "Africa/Lagos") return to_text(instant + std::chrono::hours{1});
  return std::nullopt;
}

// Mondays are the 7th and the 14th. b1: Ana, an hour, one client; b2: Ben, Ana's service; b3: Ana, half an hour, another service;
// b4: Ana over midnight; b5 and b6: of no event type that is known, b6 already
// the 15th in Lagos.
std::vector<FutureBooking> bookings() {
  const auto at = [](const char* text) { return *parse_instant(text); };
  return {{.uid = "b2",
           .title = "two",
           .start = at("2026-12-07T11:00:00Z"),
           .end = at("2026-12-07T12:00:00Z"),
           .event_type_id = "7",
           .event_type = "review",
           .hosts = {"BEN@x.org"},
           .clients = {"c2@y.org", "c1@y.org"}},
          {.uid = "b1",
           .title = "one",
           .start = at("2026-12-07T10:00:00Z"),
           .end = at("2026-12-07T11:00:00Z"),
           .event_type_id = "7",
           .event_type = "review",
           .hosts = {"ana@x.org"},
           .clients = {"c1@y.org"},
           .price = 12000,
           .currency = "GBP"},
          {.uid = "b3",
           .title = "three",
           .start = at("2026-12-14T16:30:00Z"),
           .end = at("2026-12-14T17:00:00Z"),
           .event_type = "call",
           .hosts = {"ana@x.org"},
           .clients = {"c3@y.org"}},
          {.uid = "b4",
           .title = "four",
           .start = at("2026-12-15T23:30:00Z"),
           .end = at("2026-12-16T00:30:00Z"),
           .event_type = "call",
           .hosts = {"ana@x.org"}},
          {.uid = "b5",
           .title = "five",
           .start = at("2026-12-07T10:00:00Z"),
           .end = at("2026-12-07T10:15:00Z"),
           .event_type_id = "99",
           .event_type = "review",
           .hosts = {"eve@x.org"}},
          {.uid = "b6",
           .title = "six",
           .start = at("2026-12-14T23:15:00Z"),
           .end = at("2026-12-14T23:45:00Z"),
           .event_type_id = "99",
           .hosts = {"ben@x.org"}}};
}

const std::string base = R"(
teams: [{slug: t, name: T}, {slug: u, name: U}]
schedules:
  - {user: ana@x.org, name: Hours, timeZone: Europe/London, availability: [{days: [Monday, Tuesday, Wednesday], startTime: "00:00", endTime: "23:59"}]}
  - {user: ana@x.org, name: Other, timeZone: Europe/London, availability: [{days: [Monday], startTime: "10:00", endTime: "11:00"}]}
users:
  - {email: ana@x.org, timeZone: Europe/London, teams: [t], defaultSchedule: Hours}
  - {email: ben@x.org, timeZone: Africa/Lagos, teams: [t]}
eventTypes:
  - {team: t, slug: review, title: R, lengthInMinutes: 60, schedulingType: roundRobin, hosts: [{user: ana@x.org}, {user: ben@x.org}], price: 5000, currency: gbp}
  - {team: t, slug: call, title: C, lengthInMinutes: 30, schedulingType: roundRobin, assignAllTeamMembers: true}
)";

struct Case {
  const char* story;
  const char* instead;  // of this text in `base` …
  const char* by;       // … this one
  const char* more;     // and this at the end
  const char* address;
  const char* touched;  // uids in the order in which they are told
};

std::ostream& operator<<(std::ostream& out, const Case& c) {
  return out << c.story;
}

class ImpactTable : public testing::TestWithParam<Case> {};

TEST_P(ImpactTable, NamesTheBookingsThatAChangeTouches) {
  const Case& c = GetParam();
  auto live = resources_of(base);
  live.at("eventType/t/review").id = "7";
  live.at("eventType/t/call").id = "8";
  std::string text = base + c.more;
  if (*c.instead != 0) {
    ASSERT_NE(text.find(c.instead), std::string::npos);
    text.replace(text.find(c.instead), std::strlen(c.instead), c.by);
  }
  const auto read = read_text(text);
  ASSERT_TRUE(read.good()) << findings_of(read);
  const Impacts impacts(live, bookings(), two_zones);
  const Plan plan = make_plan(
      read.desired, live, {.allow_removals = 9, .impact = [&](const Change& change, const Resource* there) {
                             return std::optional(impacts.of(change, there));
                           }});
  const auto change = std::ranges::find(plan.changes, c.address, &Change::address);
  ASSERT_NE(change, plan.changes.end()) << boost::json::serialize(plan_json(plan));
  std::string touched;
  for (const auto& booking : change->impact->bookings) touched += (touched.empty() ? "" : " ") + booking.uid;
  EXPECT_EQ(touched, c.touched);
}

INSTANTIATE_TEST_SUITE_P(
    Table, ImpactTable,
    testing::Values(
        Case{"an event type removed: its own, by number", "title: R,", "title: R, absent: true,", "",
             "eventType/t/review", "b1 b2"},
        Case{"an event type without a number in the booking: by its slug", "title: C,",
             "title: C, absent: true,", "", "eventType/t/call", "b3 b4"},
        Case{"hidden", "title: R,", "title: R, hidden: true,", "", "eventType/t/review", "b1 b2"},
        Case{"a new title touches nobody", "title: R,", "title: New,", "", "eventType/t/review", ""},
        Case{"shortened", "lengthInMinutes: 60", "lengthInMinutes: 45", "", "eventType/t/review", "b1 b2"},
        Case{"shortened, but the old length can still be chosen", "lengthInMinutes: 60",
             "lengthInMinutes: 45, lengthInMinutesOptions: [45, 60]", "", "eventType/t/review", ""},
        Case{"a host leaves: in any case of the e-mail", ", {user: ben@x.org}]", "]", "",
             "eventType/t/review", "b2"},
        Case{"no longer all members: who is no host any more", "assignAllTeamMembers: true",
             "assignAllTeamMembers: false, hosts: [{user: ben@x.org}]", "", "eventType/t/call", "b3 b4"},
        Case{"hours narrowed: what they no longer cover", R"(endTime: "23:59")", R"(endTime: "16:45")", "",
             "schedule/ana@x.org/Hours", "b3 b4"},
        Case{"hours to the end of the day cover midnight, a day less does not",
             "[Monday, Tuesday, Wednesday]", "[Monday, Tuesday]", "", "schedule/ana@x.org/Hours", "b4"},
        Case{
            "hours in another zone, by that zone's clock",
            R"(name: Hours, timeZone: Europe/London, availability: [{days: [Monday, Tuesday, Wednesday], startTime: "00:00", endTime: "23:59"}])",
            R"(name: Hours, timeZone: Africa/Lagos, availability: [{days: [Monday, Tuesday, Wednesday], startTime: "00:00", endTime: "17:30"}])",
            "", "schedule/ana@x.org/Hours", "b3"},
        Case{"time off by the days of the person's zone", "", "",
             "outOfOffice: [{user: ben@x.org, start: 2026-12-15, end: 2026-12-15}]",
             "outOfOffice/ben@x.org/2026-12-15..2026-12-15", "b6"},
        Case{
            "a day closed by an override", R"(endTime: "23:59"}]})",
            R"(endTime: "23:59"}], overrides: [{date: "2026-12-07", startTime: "00:00", endTime: "00:00"}]})",
            "", "schedule/ana@x.org/Hours", "b1"},
        Case{"hours that nobody goes by", R"(startTime: "10:00", endTime: "11:00")",
             R"(startTime: "10:00", endTime: "10:30")", "", "schedule/ana@x.org/Other", ""},
        Case{"another default schedule", "defaultSchedule: Hours", "defaultSchedule: Other", "",
             "user/ana@x.org", "b3 b4"},
        Case{"time off over bookings, both days included", "", "",
             "outOfOffice: [{user: ana@x.org, start: 2026-12-14, end: 2026-12-16}]",
             "outOfOffice/ana@x.org/2026-12-14..2026-12-16", "b3 b4"},
        Case{"time off that ends the day before", "", "",
             "outOfOffice: [{user: ana@x.org, start: 2026-12-08, end: 2026-12-13}]",
             "outOfOffice/ana@x.org/2026-12-08..2026-12-13", ""}));

TEST(Impact, OfAMembershipOrATeamThatIsRemovedIsWhatTheTeamHasWithThatHost) {
  auto live = resources_of(base);
  live.at("eventType/t/review").id = "7";
  const Impacts impacts(live, bookings(), two_zones);
  const auto count = [&](const char* kind, const std::string& address) {
    const Change gone{.address = address, .kind = find_kind(kind), .action = Action::remove};
    return impacts.of(gone, &live.at(address)).bookings.size();
  };
  EXPECT_EQ(count("membership", "membership/t/ana@x.org"), 3U);
  EXPECT_EQ(count("membership", "membership/t/ben@x.org"), 1U);
  EXPECT_EQ(count("team", "team/t"), 4U);
  EXPECT_EQ(count("team", "team/u"), 0U);
}

TEST(ImpactWords, SumPeopleOnceAndMoneyByCurrency) {
  auto live = resources_of(base);
  live.at("eventType/t/review").id = "7";
  const Impacts impacts(live, bookings(), two_zones);
  const Change gone{
      .address = "eventType/t/review", .kind = find_kind("eventType"), .action = Action::remove};
  const Impact impact = impacts.of(gone, &live.at("eventType/t/review"));
  EXPECT_THAT(impact.people, testing::ElementsAre("ana@x.org", "ben@x.org", "c1@y.org", "c2@y.org"));
  EXPECT_EQ(impact.amounts.at("GBP"), 17000) << "one is 120.00, the other asks for what its event type does";
  EXPECT_EQ(impact_words(impact),
            "touches 2 future bookings (the first 2026-12-07T10:00:00.000Z), 4 people, 170.00 GBP");
}

TEST(ImpactWords, SayThatImpactIsNotKnownWhereNobodyKnowsTheBookings) {
  const auto live = resources_of(base);
  auto read =
      read_text("eventTypes: [{team: t, slug: review, absent: true}, {team: t, slug: call, title: New}]\n" +
                base.substr(base.find("teams"), base.find("schedules") - base.find("teams")));
  const Plan plan = make_plan(read.desired, live, {.allow_removals = 9});
  const auto json = plan_json(plan).as_object();
  for (const auto& change : json.at("changes").as_array()) {
    const auto& one = change.as_object();
    EXPECT_EQ(one.at("impact").is_null(), one.at("action") == "remove") << one;
  }
  EXPECT_THAT(plan_markdown(plan), testing::HasSubstr("which bookings it touches is not known"));
}

}  // namespace
}  // namespace calsync
