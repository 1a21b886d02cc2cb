// Which condition says what, and which does not pass by itself.
#include "daemon/reconcile/verdict.hpp"

namespace calsync {
namespace {

ReconcileStatus looked(ReconcileMode mode = ReconcileMode::apply) {
  ReconcileStatus status;
  status.mode = mode;
  status.in_force = "c0ffee";
  status.last_look = Instant{};
  return status;
}

struct Case {
  const char* name;
  ReconcileProblems problems;
  ReconcileMode mode;
  const char* reason;
  bool stalled;
};

TEST(Verdict, NamesTheWorstAndWhetherAPersonIsNeeded) {
  for (const Case& one :
       {Case{"well", {}, ReconcileMode::apply, "UpToDate", false},
        Case{"bad commit", {"f.yaml:1:1: no", "away", "x", "y"}, ReconcileMode::apply, "BadRevision", true},
        Case{"remote away", {"", "away", "", ""}, ReconcileMode::apply, "FetchFailed", false},
        Case{"apply failed", {"", "", "a change failed", ""}, ReconcileMode::apply, "ApplyFailed", true},
        Case{"look failed", {"", "", "no answer", ""}, ReconcileMode::observe, "LookFailed", false},
        Case{"guard", {"", "", "", "too many"}, ReconcileMode::apply, "Refused", true}}) {
    SCOPED_TRACE(one.name);
    ReconcileStatus status = looked(one.mode);
    judge(status, one.problems, Instant{} + std::chrono::hours{1});
    EXPECT_EQ(status.condition("Ready").reason, one.reason);
    EXPECT_EQ(status.condition("Ready").is_true, std::string_view(one.reason) == "UpToDate");
    EXPECT_EQ(status.condition("Stalled").is_true, one.stalled);
  }
}

TEST(Verdict, APlanThatWaitsIsNotReadyAndNotStalled) {
  ReconcileStatus status = looked(ReconcileMode::plan);
  status.changes = 1;
  judge(status, {}, Instant{} + std::chrono::hours{1});
  EXPECT_EQ(status.condition("Ready").reason, "Planned");
  EXPECT_EQ(status.condition("Ready").message, "1 change waits for `calsync apply`");
  EXPECT_FALSE(status.condition("Stalled").is_true);
}

TEST(Verdict, DriftIsToldBesideBeingReady) {
  ReconcileStatus status = looked();
  status.drifted = 2;
  judge(status, {}, Instant{} + std::chrono::hours{1});
  EXPECT_TRUE(status.condition("Ready").is_true);
  EXPECT_EQ(status.condition("Drifted").message, "2 addresses are not as last applied: see `calsync drift`");
}

TEST(Verdict, SinceIsWhenItBecameSo) {
  ReconcileStatus status = looked();
  const Instant first = Instant{} + std::chrono::hours{1}, later = first + std::chrono::hours{1};
  judge(status, {"", "away", "", ""}, first);
  judge(status, {"", "still away", "", ""}, later);
  EXPECT_EQ(status.condition("Ready").since, first);
  judge(status, {}, later);
  EXPECT_EQ(status.condition("Ready").since, later);
}

}  // namespace
}  // namespace calsync
