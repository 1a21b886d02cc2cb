// Keys, roles, versions and the limit: what is asked before a handler is.
#include "connectors/calcom/sandbox/guards.hpp"

#include "tests/connectors/calcom/sandbox/sandbox_api.hpp"

#include <map>

namespace calsync::sandbox {
namespace {

using SandboxGuards = SandboxApi;

TEST_F(SandboxGuards, AnUnknownRouteIs404BeforeAnythingElseIsAsked) {
  key = "";
  const Answer answer = get("/v2/nope?x=1");
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(at(answer, "/error/message"), R"("Cannot GET /v2/nope?x=1")");
  EXPECT_TRUE(answer.headers.empty());
}

TEST_F(SandboxGuards, AKeyDiesTheDayAfterItsLast) {
  world.api_keys.insert({{"userId", 1}, {"_key", "cal_short"}, {"expiresAt", "2026-11-21T00:00:00.000Z"}});
  key = "cal_short";
  clock.now = *parse_instant("2026-11-21T23:59:59Z");
  EXPECT_EQ(get("/v2/me").status, 200);
  clock.now += std::chrono::seconds{1};
  EXPECT_EQ(get("/v2/me").status, 401);
}

TEST_F(SandboxGuards, ARefreshedKeyIsAnotherAndTheOldOneIsDeadAtOnce) {
  const Answer answer = post("/v2/api-keys/refresh", "{}");
  EXPECT_EQ(get("/v2/me").status, 401);
  key = std::string(answer.body.at("data").at("apiKey").as_string());
  EXPECT_EQ(get("/v2/me").status, 200);
}

TEST_F(SandboxGuards, APlainMemberMayNotReadTheOrganisationsUsersAndNobodyAnotherOrganisation) {
  EXPECT_EQ(get("/v2/organizations/2/users").status, 403);
  key = "cal_member";
  EXPECT_EQ(get(org + "/users").status, 403);
  EXPECT_EQ(get("/v2/me").status, 200);
}

TEST_F(SandboxGuards, AVersionThatAGroupDoesNotServeIsA404AnUnknownOneIsTheOldest) {
  struct Case {
    const char* version;
    unsigned schedules, event_types, teams;
  };
  // 400: the old event types API, which the sandbox has not.
  constexpr Case cases[] = {{"", 200, 400, 200},           {"2024-04-15", 200, 400, 200},
                            {"2024-06-11", 200, 400, 200}, {"2024-06-14", 200, 200, 200},
                            {"2024-08-13", 404, 404, 200}, {"2024-09-04", 404, 404, 200},
                            {"2099-01-01", 200, 400, 200}};
  for (const Case& one : cases) {
    version = one.version;
    EXPECT_EQ(get("/v2/schedules").status, one.schedules) << version;
    EXPECT_EQ(get("/v2/event-types").status, one.event_types) << version;
    EXPECT_EQ(get(org + "/teams").status, one.teams) << version;
  }
}

TEST_F(SandboxGuards, TheRequestAfterTheLastIsRefusedForAMinuteWithTheHeadersThatSayIt) {
  world.limit.requests = 2;
  EXPECT_EQ(get("/v2/me").status, 200);
  EXPECT_EQ(get("/v2/me").status, 200);
  const Answer refused = get("/v2/me");
  EXPECT_EQ(refused.status, 429);
  const std::map<std::string, std::string> headers(refused.headers.begin(), refused.headers.end());
  EXPECT_EQ(headers.at("X-RateLimit-Remaining-Default"), "0");
  EXPECT_EQ(headers.at("X-RateLimit-Reset-Default"), "60");
  EXPECT_EQ(headers.count("Retry-After"), 0U);
  clock.timer += std::chrono::seconds{59};
  EXPECT_EQ(get("/v2/me").status, 429);
  clock.timer += std::chrono::seconds{1};
  EXPECT_EQ(get("/v2/me").status, 200);
}

TEST_F(SandboxGuards, AListWithoutAnOrderComesInAnotherOneAfterAChangeWhenAskedFor) {
  for (int i = 0; i < 8; ++i) make(org + "/teams", R"({"name":"Team )" + std::to_string(i) + R"("})");
  const auto list = [&] { return boost::json::serialize(get(org + "/teams").body); };
  const std::string by_id = list();
  world.unordered_lists = true;
  const std::string shuffled = list();
  EXPECT_NE(shuffled, by_id);
  EXPECT_EQ(shuffled.size(), by_id.size());
  EXPECT_EQ(list(), shuffled);
  post("/v2/nope", "{}");
  patch("/v2/me", "{}");
  EXPECT_NE(list(), shuffled);
}

}  // namespace
}  // namespace calsync::sandbox
