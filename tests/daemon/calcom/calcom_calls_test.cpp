#include "daemon/calcom/calcom_calls.hpp"

#include "daemon/calcom/api_call.hpp"
#include "tests/connectors/calcom/api_server.hpp"
#include "tests/daemon/calcom/log_folder.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/json.hpp>

namespace calsync {
namespace {
namespace json = boost::json;

class CalcomCallsTest : public LogFolder {
 protected:
  std::unique_ptr<CalcomCalls> start(const std::string& url, std::int64_t per_minute = 100) {
    auto started = CalcomCalls::start(
        {.base_url = url, .requests_per_minute = per_minute, .api_key = Secret("cal_live_x")}, *log, clock,
        probe);
    EXPECT_TRUE(started) << started.error().text();
    return std::move(*started);
  }
  // As the admin loop asks.
  ServerResponse ask(CalcomCalls& calls, const std::string& body) {
    boost::asio::io_context loop;
    auto answer = boost::asio::co_spawn(loop, calls.answer(body), boost::asio::use_future);
    loop.run();
    return answer.get();
  }
  CalcomProbe probe{metrics};
};

TEST_F(CalcomCallsTest, MakesTheCallOfTheCommandLineAndWritesChangesDown) {
  ApiServer server([](const ServerRequest& request) {
    return request.method == "GET" ? api_data("[1]") : api_error(400, "BadRequestException", "no");
  });
  const auto calls = start(server.url());
  const auto got = ask(*calls, json::serialize(to_json(ApiCall{"GET", "/v2/me", "", ApiUse::interactive})));
  ASSERT_EQ(got.status, 200U) << got.body;
  EXPECT_EQ(read_api_outcome(json::parse(got.body))->body, R"({"status":"success","data":[1]})");
  EXPECT_TRUE(records().empty());
  const auto posted = ask(*calls, json::serialize(to_json(ApiCall{"POST", "/v2/x", "{}", ApiUse::apply})));
  EXPECT_EQ(read_api_outcome(json::parse(posted.body))->code, "BadRequestException");
  EXPECT_EQ(records().size(), 2U);
  EXPECT_EQ(ask(*calls, "{}").status, 400U);
}

TEST_F(CalcomCallsTest, AStopEndsWhatWaitsForTheBudget) {
  ApiServer server([](const ServerRequest&) { return api_data("{}"); });
  const auto calls = start(server.url(), 1);
  const std::string get = json::serialize(to_json(ApiCall{"GET", "/v2/me", "", ApiUse::interactive}));
  ASSERT_EQ(ask(*calls, get).status, 200U);
  std::jthread stopper([&] { calls->stop(); });
  const auto outcome = read_api_outcome(json::parse(ask(*calls, get).body));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, Errc::cancelled);
}

TEST_F(CalcomCallsTest, WhoAsksAfterTheStopIsAnsweredAtOnce) {
  ApiServer server([](const ServerRequest&) { return api_data("{}"); });
  const auto calls = start(server.url());
  calls->stop();
  const std::string get = json::serialize(to_json(ApiCall{"GET", "/v2/me", "", ApiUse::interactive}));
  EXPECT_EQ(read_api_outcome(json::parse(ask(*calls, get).body)).error().code, Errc::cancelled);
}

}  // namespace
}  // namespace calsync
