#include "connectors/calcom/client.hpp"

#include "connectors/calcom/endpoint.hpp"
#include "tests/connectors/calcom/api_server.hpp"

#include <gmock/gmock.h>

namespace calsync {
namespace {
using std::chrono::seconds;
using testing::HasSubstr;

class CalcomClientTest : public testing::Test {
 protected:
  std::unique_ptr<CalcomClient> client(const std::string& url, std::int64_t per_minute = 100) {
    auto made = CalcomClient::create({.base_url = url,
                                      .requests_per_minute = per_minute,
                                      .api_key = Secret("cal_live_0123456789abcdef"),
                                      .stop = stop_.get_token(),
                                      .sleep = clock_.sleep()},
                                     clock_, probe_);
    EXPECT_TRUE(made) << made.error().text();
    return std::move(*made);
  }
  std::chrono::nanoseconds slept() { return clock_.steady() - born_; }

  MovedClock clock_;
  std::chrono::steady_clock::time_point born_ = clock_.steady();
  MetricRegistry metrics_;
  CalcomProbe probe_{metrics_};
  std::stop_source stop_;
};

TEST_F(CalcomClientTest, AsksWithKeyAndVersionAndReadsTheAnswer) {
  ApiServer server([](const ServerRequest&) { return api_data(R"({"uid":"abc"})"); });
  const auto api = client(server.url());
  const auto answer = api->send("POST", "/v2/bookings/abc/cancel?x=%C3%A9", R"({"cancellationReason":"ill"})",
                                ApiUse::interactive);
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(answer->status, 200U);
  EXPECT_THAT(answer->body, HasSubstr(R"("uid":"abc")"));
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].method, "POST");
  EXPECT_EQ(requests[0].path, "/v2/bookings/abc/cancel");
  EXPECT_EQ(requests[0].parameter("x"), "é");
  EXPECT_EQ(requests[0].header("authorization"), "Bearer cal_live_0123456789abcdef");
  EXPECT_EQ(requests[0].header("cal-api-version"), "2024-08-13");
  EXPECT_EQ(requests[0].header("content-type"), "application/json");
  EXPECT_EQ(requests[0].body, R"({"cancellationReason":"ill"})");
}

TEST_F(CalcomClientTest, AnyStatusIsAnAnswer) {
  ApiServer server([](const ServerRequest&) { return api_error(409, "ConflictException", "exists"); });
  const auto answer = client(server.url())->send("POST", "/v2/webhooks", "{}", ApiUse::apply);
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->ok());
  EXPECT_EQ(answer->error("POST /v2/webhooks").what,
            "POST /v2/webhooks: 409 ConflictException: exists (request 8a85cebb)");
}

TEST_F(CalcomClientTest, TheKeyLeavesOnlyForItsOrigin) {
  ApiServer elsewhere([](const ServerRequest&) { return api_data("[]"); });
  ApiServer server([&](const ServerRequest&) {
    return ServerResponse{.status = 302, .body = "", .headers = {{"Location", elsewhere.url() + "/v2/me"}}};
  });
  const auto api = client(server.url());
  const auto answer = api->get("/v2/me", ApiUse::poll);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 302U);
  EXPECT_FALSE(answer->ok());
  for (const char* path : {"", "/", "v2/me", "//evil.example/v2/me", "http://evil.example/v2/", "/v2/a b",
                           "/v2/a\r\nX: y", "/v2/é", "/v2/x#y", "/v1/me"})
    EXPECT_EQ(api->get(path, ApiUse::poll).error().code, Errc::rejected) << path;
  EXPECT_EQ(api->send("GET", "/v2/me", "", ApiUse::poll).error().code, Errc::rejected);
  EXPECT_EQ(server.requests().size(), 1U);
  EXPECT_EQ(elsewhere.requests().size(), 0U);
}

TEST_F(CalcomClientTest, IsNotMadeWhereTheKeyWouldBeInTheOpenOrIsMissing) {
  for (const char* url : {"http://cal.example.org", "ftp://127.0.0.1", "https://u:p@cal.example.org", ""})
    EXPECT_EQ(
        CalcomClient::create({.base_url = url, .api_key = Secret("cal_x")}, clock_, probe_).error().code,
        Errc::rejected)
        << url;
  EXPECT_EQ(CalcomClient::create({.base_url = "https://cal.example.org"}, clock_, probe_).error().code,
            Errc::rejected);
  EXPECT_TRUE(CalcomClient::create({.base_url = "https://cal.example.org", .api_key = Secret("cal_x")},
                                   clock_, probe_));
}

TEST_F(CalcomClientTest, RepeatsAGetUntilItIsAnsweredAndAPostNever) {
  std::atomic<int> calls{0};
  ApiServer server([&](const ServerRequest&) {
    return ++calls < 4 ? ServerResponse{.status = 503, .body = "<html>"} : api_data("{}");
  });
  const auto api = client(server.url());
  const auto got = api->get("/v2/me", ApiUse::interactive);
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 200U);
  EXPECT_EQ(calls, 4);
  calls = 0;
  const auto posted = api->send("POST", "/v2/webhooks", "{}", ApiUse::apply);
  ASSERT_TRUE(posted);
  EXPECT_EQ(posted->status, 503U);
  EXPECT_EQ(calls, 1);
}

TEST_F(CalcomClientTest, WaitsOutABlockAndGoesOnAlsoWithAPost) {
  std::atomic<int> calls{0};
  ApiServer server([&](const ServerRequest&) {
    return ++calls == 1 ? with_limits(api_error(429, "ThrottlerException", "Too many"), 120, 0, 47)
                        : api_data("{}");
  });
  const auto answer = client(server.url())->send("POST", "/v2/webhooks", "{}", ApiUse::apply);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200U);
  EXPECT_EQ(calls, 2);
  EXPECT_GE(slept(), seconds{47});
  EXPECT_LT(slept(), seconds{49});
}

TEST_F(CalcomClientTest, ABlockWithoutAnEndIsTold) {
  ApiServer server([](const ServerRequest&) { return api_error(429, "ThrottlerException", "Too many"); });
  const auto answer = client(server.url())->get("/v2/me", ApiUse::poll);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->error("GET /v2/me").code, Errc::rate_limited);
  EXPECT_LE(server.requests().size(), 6U);
  EXPECT_GE(slept(), seconds{300});
}

TEST_F(CalcomClientTest, AServerThatDoesNotAnswerIsLeftAloneAndTriedAgainLater) {
  std::atomic<bool> away{true};
  ApiServer server([&](const ServerRequest&) {
    return away ? ServerResponse{.status = 502, .body = ""} : api_data("{}");
  });
  const auto api = client(server.url());
  for (int i = 0; i < 5; ++i) ASSERT_EQ(api->send("POST", "/v2/x", "", ApiUse::apply)->status, 502U);
  const auto refused = api->get("/v2/me", ApiUse::poll);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::unavailable);
  EXPECT_EQ(server.requests().size(), 5U);
  EXPECT_EQ(api->state().circuit, CircuitBreaker::State::open);
  away = false;
  clock_.move(seconds{30});
  EXPECT_TRUE(api->get("/v2/me", ApiUse::poll));
  EXPECT_EQ(api->state().circuit, CircuitBreaker::State::closed);
}

// As many good answers as eight threads get that ask 40 times each.
int ask_from_many_threads(CalcomApi& api) {
  std::atomic<int> answered{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t)
      threads.emplace_back([&] {
        for (int i = 0; i < 40; ++i) answered += api.get("/v2/me", ApiUse::interactive) ? 1 : 0;
      });
  }
  return answered;
}

TEST_F(CalcomClientTest, ManyThreadsShareOneBudget) {
  ApiServer server([](const ServerRequest&) { return api_data("{}"); });
  const auto api = client(server.url(), 200);
  EXPECT_EQ(ask_from_many_threads(*api), 320);
  EXPECT_GE(slept(), seconds{120}) << "120 a minute are what polls leave of 200";
}

// With a budget so large that no time goes by: a connection that was idle for too long is made anew.
TEST_F(CalcomClientTest, ManyThreadsShareFourConnections) {
  ApiServer server([](const ServerRequest&) { return api_data("{}"); });
  const auto api = client(server.url(), 100'000);
  EXPECT_EQ(ask_from_many_threads(*api), 320);
  EXPECT_LE(server.most_connections(), 4U);
}

TEST_F(CalcomClientTest, AStopEndsWhatWaits) {
  ApiServer server([](const ServerRequest&) { return api_data("{}"); });
  auto made = CalcomClient::create({.base_url = server.url(),
                                    .requests_per_minute = 1,
                                    .api_key = Secret("cal_x"),
                                    .stop = stop_.get_token()},
                                   clock_, probe_);
  ASSERT_TRUE((*made)->get("/v2/me", ApiUse::poll));
  std::jthread stopper([this] { stop_.request_stop(); });
  EXPECT_EQ((*made)->get("/v2/me", ApiUse::poll).error().code, Errc::cancelled);
}

TEST_F(CalcomClientTest, AnotherKeyIsUsedFromTheNextCallOn) {
  ApiServer server([](const ServerRequest&) { return api_data("{}"); });
  const auto api = client(server.url());
  api->set_key(Secret("cal_live_new"));
  ASSERT_TRUE(api->get("/v2/me", ApiUse::poll));
  EXPECT_EQ(server.requests().at(0).header("authorization"), "Bearer cal_live_new");
}

TEST_F(CalcomClientTest, WhatIsNotCalcomsJsonIsNoSuccess) {
  ApiServer server([](const ServerRequest&) {
    return ServerResponse{.content_type = "text/html", .body = "<html>log in"};
  });
  const auto answer = client(server.url())->get("/v2/me", ApiUse::poll);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::rejected);
}

TEST_F(CalcomClientTest, CountsByEndpointAndOutcomeWithoutSayingWhom) {
  ApiServer server([](const ServerRequest& request) {
    return request.path == "/v2/me" ? with_limits(api_data("{}"), 120, 60, 60)
                                    : api_error(404, "NotFoundException", "no");
  });
  const auto api = client(server.url());
  ASSERT_TRUE(api->get("/v2/me", ApiUse::poll));
  ASSERT_TRUE(api->get("/v2/organizations/1/users?emails=ana%40example.org", ApiUse::poll));
  const std::string text = metrics_.text();
  EXPECT_THAT(text, HasSubstr(R"(calsync_calcom_requests_total{endpoint="me",method="GET",outcome="ok"} 1)"));
  EXPECT_THAT(
      text,
      HasSubstr(
          R"(calsync_calcom_requests_total{endpoint="organizations.id.users",method="GET",outcome="refused"} 1)"));
  EXPECT_THAT(text, HasSubstr("calsync_calcom_request_seconds_count 2"));
  EXPECT_THAT(text, HasSubstr("calsync_calcom_budget_left 59"));
  EXPECT_EQ(text.find("ana"), std::string::npos);
}

TEST(EndpointName, HasWordsOfTheApiOnly) {
  EXPECT_EQ(endpoint_name("/v2/organizations/1/users/7/schedules?take=1"),
            "organizations.id.users.id.schedules");
  EXPECT_EQ(endpoint_name("/v2/bookings/by-seat/ana@example.org"), "bookings.by-seat.id");
  EXPECT_EQ(endpoint_name("/v2/bookings/abc/reassign/5"), "bookings.id.reassign.id");
  EXPECT_EQ(endpoint_name("/v2/" + std::string(5'000, '/') + std::string(5'000, 'x')), "id");
  EXPECT_EQ(endpoint_name(""), "none");
  std::string long_path = "/v2";
  for (int i = 0; i < 100; ++i) long_path += "/x";
  EXPECT_LE(endpoint_name(long_path).size(), 64U);
}

}  // namespace
}  // namespace calsync
