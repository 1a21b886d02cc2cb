#include "connectors/calcom/retry_rules.hpp"

#include <gtest/gtest.h>

namespace calsync {
namespace {
using std::chrono::milliseconds;
using std::chrono::seconds;

struct Row {
  const char* story;
  CallOutcome outcome;
  std::optional<milliseconds> wait;  // with the longest jitter, nearly
};

TEST(RetryRules, SayWhatIsMadeAgainAndWhen) {
  const std::vector<Row> rows{
      {"an answer stands", {.method = "GET", .status = 200}, {}},
      {"a refusal stands", {.method = "GET", .status = 404}, {}},
      {"away: again, soon", {.method = "GET", .failed = Errc::unavailable}, milliseconds{500}},
      {"no answer in time",
       {.method = "DELETE", .calls_made = 2, .failed = Errc::timeout},
       milliseconds{1000}},
      {"the third repeat is the last",
       {.method = "PATCH", .calls_made = 3, .failed = Errc::timeout},
       milliseconds{2000}},
      {"and no more", {.method = "PATCH", .calls_made = 4, .failed = Errc::timeout}, {}},
      {"a certificate does not get better", {.method = "GET", .failed = Errc::unauthorised}, {}},
      {"who was interrupted ends", {.method = "GET", .failed = Errc::cancelled}, {}},
      {"what is no HTTP stays none", {.method = "GET", .failed = Errc::rejected}, {}},
      {"503", {.method = "GET", .status = 503}, milliseconds{500}},
      {"503 that names its time", {.method = "PUT", .status = 503, .retry_after = seconds{20}}, seconds{20}},
      {"a named time has an end",
       {.method = "GET", .status = 503, .retry_after = seconds{86'400}},
       seconds{300}},
      {"500 once", {.method = "GET", .status = 500}, milliseconds{500}},
      {"500 twice is an answer", {.method = "GET", .calls_made = 2, .status = 500}, {}},
      {"a POST is never blind: no answer", {.method = "POST", .failed = Errc::timeout}, {}},
      {"a POST is never blind: 502", {.method = "POST", .status = 502}, {}},
      {"a POST is never blind: not reached", {.method = "POST", .failed = Errc::unavailable}, {}},
      {"what is not known is no repeat", {.method = "BREW", .status = 503}, {}},
  };
  for (const Row& row : rows) EXPECT_EQ(wait_before_repeat(row.outcome, 0.5), row.wait) << row.story;
}

TEST(RetryRules, JitterIsFullAndBounded) {
  const CallOutcome outcome{.method = "GET", .failed = Errc::unavailable};
  EXPECT_EQ(wait_before_repeat(outcome, 0.0), milliseconds{0});
  EXPECT_LT(*wait_before_repeat(outcome, 0.999), seconds{1});
}

TEST(RetryRules, ReadRetryAfterOnlyInSeconds) {
  EXPECT_EQ(parse_retry_after("12"), seconds{12});
  for (const char* bad : {"", "-1", "12 ", "Fri, 27 Nov 2026 10:00:00 GMT", "1e3"})
    EXPECT_FALSE(parse_retry_after(bad)) << bad;
}

}  // namespace
}  // namespace calsync
