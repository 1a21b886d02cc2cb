#include "daemon/calcom/recorded_api.hpp"

#include "daemon/project/project.hpp"
#include "tests/connectors/calcom/scripted_api.hpp"
#include "tests/daemon/calcom/log_folder.hpp"

#include <boost/json.hpp>

#include <future>

namespace calsync {
namespace {
namespace json = boost::json;

using RecordedApiTest = LogFolder;

TEST_F(RecordedApiTest, AChangeStandsInTheLogBeforeItIsMadeAndItsOutcomeAfter) {
  std::size_t written_before = 0;
  ScriptedApi server([&](const std::string&, std::string_view) -> Result<ApiAnswer> {
    written_before = records().size();
    return ApiAnswer{.status = 409, .body = "{}", .code = "ConflictException", .request_id = "r-1"};
  });
  RecordedApi api(server, *log, clock);
  ASSERT_TRUE(api.send("POST", "/v2/bookings/abc/cancel?email=ana%40example.org",
                       R"({"cancellationReason":"ana is ill"})", ApiUse::interactive));
  EXPECT_EQ(written_before, 1U);
  const auto written = records();
  ASSERT_EQ(written.size(), 2U);
  for (const RawRecord& record : written) {
    EXPECT_EQ(record.source, RecordSource::apply);
    EXPECT_EQ(record.body->find("ana"), std::string::npos) << *record.body;
  }
  const auto intent = json::parse(*written[0].body), result = json::parse(*written[1].body);
  EXPECT_EQ(intent.at("record"), "call.intent");
  EXPECT_EQ(intent.at("method"), "POST");
  EXPECT_EQ(intent.at("path"), "/v2/bookings/abc/cancel");
  EXPECT_EQ(intent.at("bodyHash").as_string().size(), 64U);
  EXPECT_EQ(result.at("record"), "call.result");
  EXPECT_EQ(result.at("operation"), intent.at("operation"));
  EXPECT_EQ(result.at("status"), 409);
  EXPECT_EQ(result.at("code"), "ConflictException");
  EXPECT_EQ(result.at("requestId"), "r-1");
  EXPECT_TRUE(result.at("failed").is_null());
}

TEST_F(RecordedApiTest, ACallWithoutAnAnswerIsToldAsOne) {
  ScriptedApi server([](const std::string&, std::string_view) -> Result<ApiAnswer> {
    return Error{Errc::timeout, "no answer"};
  });
  RecordedApi api(server, *log, clock);
  EXPECT_EQ(api.send("DELETE", "/v2/x", "", ApiUse::apply).error().code, Errc::timeout);
  const auto result = json::parse(*records().at(1).body);
  EXPECT_EQ(result.at("failed"), "timeout");
  EXPECT_TRUE(result.at("status").is_null());
}

TEST_F(RecordedApiTest, NothingIsCalledThatCannotBeWrittenDown) {
  ScriptedApi server([](const std::string&, std::string_view) { return ApiAnswer{.status = 200}; });
  RecordedApi api(server, *log, clock);
  log->close();
  EXPECT_FALSE(api.send("POST", "/v2/x", "{}", ApiUse::apply));
  EXPECT_TRUE(server.calls.empty());
  EXPECT_TRUE(api.get("/v2/x", ApiUse::poll)) << "reading needs no record";
}

TEST_F(RecordedApiTest, TheNormaliserMakesNothingOfOurOwnCalls) {
  ScriptedApi server([](const std::string&, std::string_view) { return ApiAnswer{.status = 200}; });
  RecordedApi api(server, *log, clock);
  ASSERT_TRUE(api.send("POST", "/v2/x", "{}", ApiUse::apply));
  std::promise<Error> ended;
  const auto projector =
      Projector::start(*log, clock, metrics, [&](Error error) { ended.set_value(std::move(error)); });
  projector->begin();
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  while (log->head().normalised.value() < 2 && std::chrono::steady_clock::now() < until)
    std::this_thread::yield();
  projector->stop();
  EXPECT_EQ(log->head().normalised.value(), 2U);
  EXPECT_EQ(log->head().event.value(), 0U);
  EXPECT_EQ(log->quarantine_size(), 0U);
  EXPECT_EQ((*log->summary(RawSequence{1}))->outcome, RecordOutcome::nothing);
}

}  // namespace
}  // namespace calsync
