#include "daemon/reconcile/apply.hpp"
#include "daemon/reconcile/healing.hpp"
#include "daemon/reconcile/read_register.hpp"
#include "state/views/config_fold.hpp"
#include "tests/config/desired/read_text.hpp"
#include "tests/support/sandbox/sandbox_api.hpp"

#include <gmock/gmock.h>

namespace calsync {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// The sandbox, and what is applied to it from files, with a register as the log keeps it.
class ApplyPlan : public testing::Test {
 protected:
  static Desired files(const std::string& team, const std::string& policy = "") {
    auto read = read_text("teams: [{slug: t, " + team + "}]\n" + policy);
    EXPECT_TRUE(read.good()) << findings_of(read);
    return std::move(read.desired);
  }
  LiveState live() {
    auto state = read_live(api_, {.organization = 1, .use = ApiUse::apply});
    EXPECT_TRUE(state) << state.error().text();
    return *std::move(state);
  }
  Plan plan(const Desired& desired) {
    owned_ = register_in(views_);
    return make_plan(desired, live().resources, {.owned = &owned_});
  }
  ApplyResult apply(const Desired& desired, const Plan& plan) {
    LiveState state = live();
    Performer performer(api_, 1, desired, state, {});
    const auto note = [&](const std::string& body) -> Result<void> {
      ViewTable table(views_);
      RawRecord record;
      record.source = RecordSource::apply;
      record.body = body;
      fold_config(record, table, EventSequence{1});
      views_.apply(table.changes());
      return {};
    };
    auto result = apply_plan(plan, desired, state,
                             {.performer = performer,
                              .note = note,
                              .progress = [](std::size_t, std::size_t, const Change&) {},
                              .commit = "c",
                              .before = &owned_,
                              .stop = {}});
    EXPECT_TRUE(result) << result.error().text();
    return *std::move(result);
  }
  ApplyResult apply(const Desired& desired) { return apply(desired, plan(desired)); }
  void bio_by_hand(const char* bio) {
    api_.world.teams.find_if([](const sandbox::Row& row) { return row.at("slug") == "t"; })->at("bio") = bio;
  }
  static std::vector<std::string> pointers(const std::vector<NotTaken>& list) {
    std::vector<std::string> out;
    for (const NotTaken& one : list) out.push_back(one.pointer);
    return out;
  }
  static std::vector<std::string> told(const Plan& plan) {
    std::vector<std::string> out;
    for (const Change& change : plan.changes)
      for (const FieldChange& field : change.fields)
        out.push_back(field.pointer + " " + to_text(field.origin));
    return out;
  }

  SandboxApi api_;
  MemoryViews views_;
  Register owned_;
};

TEST_F(ApplyPlan, WhatIsIgnoredWasNotAskedForAndIsNotCalledRefused) {
  const std::string ignore = "policy: {ignore: [{address: team/t, pointers: [/bio]}]}\n";
  apply(files("name: A, bio: git", ignore));
  bio_by_hand("by hand");
  const ApplyResult result = apply(files("name: B, bio: git", ignore));
  EXPECT_THAT(result.done, ElementsAre("team/t"));
  EXPECT_THAT(result.not_taken, IsEmpty());
  EXPECT_TRUE(result.whole());
  EXPECT_THAT(told(plan(files("name: B, bio: git"))), ElementsAre("/bio live"))
      << "it is asked for once nothing ignores it";
}

TEST_F(ApplyPlan, DriftThatIsReportedStaysSomebodysDriftWhileOtherFieldsAreApplied) {
  apply(files("name: A, bio: git"));
  bio_by_hand("by hand");
  const Desired next = files("name: B, bio: git");
  const DaemonPlan daemon = split_drift(plan(next), next, owned_);
  EXPECT_THAT(told(daemon.plan), ElementsAre("/name git"));
  EXPECT_TRUE(apply(next, daemon.plan).whole());
  const Plan again = plan(next);
  EXPECT_THAT(told(again), ElementsAre("/bio live"));
  EXPECT_THAT(split_drift(again, next, owned_).plan.changes, IsEmpty()) << "the daemon leaves it";
}

TEST_F(ApplyPlan, WhatCalcomWasSeenNotToKeepIsNotAskedForWithEachOtherField) {
  api_.spoil_read = [](std::string_view, ApiAnswer& answer) {  // a server that drops a bio
    const std::string kept = R"("bio":"git")";
    for (auto at = answer.body.find(kept); at != std::string::npos; at = answer.body.find(kept))
      answer.body.replace(at, kept.size(), R"("bio":null)");
  };
  const ApplyResult result = apply(files("name: A, bio: git"));
  EXPECT_THAT(pointers(result.not_taken), ElementsAre("/bio"));
  EXPECT_FALSE(result.whole());
  EXPECT_TRUE(apply(files("name: B, bio: git")).whole()) << "it was told when it was asked for";
  EXPECT_THAT(told(plan(files("name: B, bio: git"))), IsEmpty());
}

}  // namespace
}  // namespace calsync
