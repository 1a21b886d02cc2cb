#include "config/desired/reading.hpp"
#include "tests/config/desired/read_text.hpp"

#include <gmock/gmock.h>

namespace calsync {
namespace {

std::vector<std::string> addresses_of(const Desired& desired) {
  std::vector<std::string> out;
  for (const auto& [address, resource] : desired.resources) out.push_back(address);
  return out;
}

TEST(Desired, TheExampleOrganisationIsSound) {
  const auto read = read_desired(files_of("deploy/example-org"), few_zones());
  EXPECT_EQ(findings_of(read), "");
  const auto& all = read.desired.resources;
  const auto count = [&](std::string_view kind) {
    return std::ranges::count_if(all, [&](const auto& one) { return one.second.kind->name == kind; });
  };
  EXPECT_EQ(count("team"), 2);
  EXPECT_EQ(count("user"), 6);
  EXPECT_EQ(count("eventType"), 5);
  EXPECT_EQ(count("membership"), 8);
  EXPECT_EQ(count("schedule"), 7) << "a copy for each who names it";
  EXPECT_EQ(read.desired.policy.removal.at("eventType"), Removal::disable);
}

TEST(Desired, NamesThingsAsUsersSeeThem) {
  const auto read = read_text(R"(
teams: [{slug: editors, name: Editors, members: [Ana@Example.org]}]
schedules: [{name: Standard hours, timeZone: Europe/London, availability: []}]
users: [{email: Ana@Example.org, schedules: [Standard hours]}]
eventTypes: [{team: editors, slug: review, title: Review, lengthInMinutes: 60, schedulingType: roundRobin, hosts: [{user: ANA@example.org}]}]
workflows: [{team: editors, name: 24-hour reminder, activation: {isActiveOnAllEventTypes: true}, trigger: {type: newEvent}, steps: [
  {stepNumber: 1, action: email_host, recipient: host, template: custom, sender: E, message: {subject: s, html: h}}]}]
webhooks: [{scope: organization, subscriberUrl: "https://x.example/h", active: true, triggers: [BOOKING_CREATED]},
           {eventType: editors/review, subscriberUrl: "https://x.example/h", active: true, triggers: [BOOKING_CREATED]}]
outOfOffice: [{user: ana@example.org, start: "2026-12-20", end: "2026-12-31"}]
integrations: [{team: editors, require: [zoom]}]
)");
  EXPECT_EQ(findings_of(read), "");
  EXPECT_THAT(addresses_of(read.desired),
              testing::UnorderedElementsAre(
                  "team/editors", "user/ana@example.org", "membership/editors/ana@example.org",
                  "schedule/ana@example.org/Standard hours", "eventType/editors/review",
                  "workflow/editors/24-hour reminder", "webhook/organization/https://x.example/h",
                  "webhook/editors/review/https://x.example/h",
                  "outOfOffice/ana@example.org/2026-12-20..2026-12-31", "integration/editors"));
}

TEST(Desired, FilesAreMergedAndBlameTheirOwnLines) {
  const std::vector<SourceFile> files{
      {"b.yaml",
       "eventTypes:\n  - {team: editors, slug: r, title: R, lengthInMinutes: 5, schedulingType: collective, "
       "hosts: [{user: bo@x.org}]}\n"},
      {"a.json",
       R"({"teams": [{"slug": "editors", "name": "E", "members": ["ana@x.org"]}], "users": [{"email": "ana@x.org"}]})"}};
  const auto read = read_desired(files, few_zones());
  EXPECT_EQ(findings_of(read), "b.yaml:2:103: bo@x.org is no member of the team\n");
}

TEST(Desired, AUserMayStateATeamAndTheTeamTheUser) {
  const auto read =
      read_text("teams: [{slug: t, name: T, members: [a@x.org]}]\nusers: [{email: a@x.org, teams: [t]}]\n");
  EXPECT_EQ(findings_of(read), "");
  const Resource& membership = read.desired.resources.at("membership/t/a@x.org");
  EXPECT_EQ(membership.fields.at("accepted"), true) << "else the person is only invited";
}

TEST(Desired, WhatIsToBeGoneNeedsItsNameOnly) {
  const auto read = read_text("eventTypes: [{team: t, slug: s, absent: true}]\n");
  EXPECT_EQ(findings_of(read), "");
  EXPECT_TRUE(read.desired.resources.at("eventType/t/s").absent);
}

TEST(Desired, ARenamedThingKnowsItsOldAddress) {
  const auto read = read_text(
      "eventTypes: [{team: t, slug: new, previously: old, title: T, lengthInMinutes: 5, schedulingType: "
      "collective}]\n");
  EXPECT_EQ(read.desired.resources.at("eventType/t/new").previously, "eventType/t/old");
}

TEST(Desired, AnEmptyRepositoryWantsNothing) {
  EXPECT_TRUE(read_desired({}, few_zones()).desired.resources.empty());
  EXPECT_TRUE(read_text("# nothing\n").desired.resources.empty());
  EXPECT_EQ(findings_of(read_desired(std::vector<SourceFile>(9, {"a.yaml", "# nothing\n"}), few_zones())),
            "");
  EXPECT_TRUE(read_text("teams: []\nusers: ~\n").desired.resources.empty());
}

TEST(Desired, APatternOfAnAddressMayHaveStars) {
  EXPECT_TRUE(matches("eventType/*/draft-*", "eventType/team/draft-1"));
  EXPECT_TRUE(matches("*", "user/a"));
  EXPECT_TRUE(matches("user/a", "user/a"));
  EXPECT_FALSE(matches("user/a", "user/ab"));
  EXPECT_FALSE(matches("eventType/*/draft-*", "eventType/team/final"));
  EXPECT_FALSE(matches(std::string(2000, '*') + "b", std::string(20'000, 'a'))) << "and it takes no time";
}

TEST(Desired, OfMoreThanAThousandErrorsTheRestIsCounted) {
  std::string text = "teams:\n  - slug: u\n    name: N\n";
  for (int i = 0; i < 1500; ++i) text += "    k" + std::to_string(i) + ":\n";
  const auto read = read_text(text);
  EXPECT_EQ(read.findings.size(), 1000u);
  EXPECT_EQ(read.more, 500u);
}

TEST(Desired, NearNamesAreLookedForAMillionTimesAtMost) {
  const DesiredFacts facts = few_zones();
  Reading reading{facts};
  const std::vector<std::string> known(1000, "teams");
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(reading.near("team", known), "teams");
  EXPECT_EQ(reading.near("team", known), "");
}

TEST(Desired, AllFilesTogetherHoldHalfAMillionValuesAtMost) {
  std::string text = "teams: [";
  for (int i = 0; i < 100'000; ++i) text += "x,";
  std::vector<SourceFile> files;
  for (const char* name : {"a.yaml", "b.yaml", "c.yaml", "d.yaml", "e.yaml"})
    files.push_back({name, "policy: {protect: [" + text.substr(8) + "]}\n"});
  EXPECT_THAT(findings_of(read_desired(files, few_zones())), testing::HasSubstr("e.yaml:1:"));
}

}  // namespace
}  // namespace calsync
