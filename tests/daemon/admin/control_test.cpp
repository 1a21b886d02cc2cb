#include "tests/daemon/admin/admin_fixture.hpp"

#include <gmock/gmock.h>

#include <fstream>

namespace calsync::testing_admin {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class ControlTest : public AdminTest {
 protected:
  // What the normaliser does with a retry record, as far as this room sees it.
  void normalise_next(RecordOutcome outcome, const std::string& reason = "") {
    const RawSequence before = log->head().normalised;
    ASSERT_TRUE(log->wait_for_raw(before, {}, std::chrono::seconds{10}));
    commit(next(before), outcome, {}, reason);
  }
  json::value retry(const std::string& body) {
    const HttpAnswer answer = control({.method = "POST", .target = "/control/retry", .body = body});
    EXPECT_EQ(answer.status, 200U) << answer.body;
    return json::parse(answer.body);
  }
};

TEST_F(ControlTest, IsNotReachableOverTcp) {
  start();
  EXPECT_EQ(tcp({.method = "POST", .target = "/control/checkpoint"}).status, 404U);
  EXPECT_EQ(tcp({.method = "POST", .target = "/control/retry"}).status, 404U);
}

TEST_F(ControlTest, GivesACopyOfTheLogThatOpensBesideTheDaemonAndTakesItBack) {
  add_event("booking.created", "k", "s", "2026-01-01");
  start();
  const HttpAnswer made = control({.method = "POST", .target = "/control/checkpoint"});
  ASSERT_EQ(made.status, 201U) << made.body;
  const std::string path(json::parse(made.body).at("path").as_string());
  {
    MetricRegistry other;
    const auto copy = EventLog::open({.path = path, .create = false, .read_only = true}, clock, other);
    ASSERT_TRUE(copy) << copy.error().text();
    EXPECT_EQ((*copy)->head().event, log->head().event);
    EXPECT_EQ((*copy)->head().event_hash, log->head().event_hash);
  }
  EXPECT_EQ(control({.method = "DELETE", .target = "/control/checkpoint?path=" + path}).status, 204U);
  EXPECT_FALSE(fs::exists(path));
  EXPECT_EQ(control({.method = "DELETE", .target = "/control/checkpoint?path=" + path}).status, 404U);
}

TEST_F(ControlTest, DeletesNothingButItsOwnCheckpoints) {
  start();
  fs::create_directories(folder / "precious");
  const std::string log_path = (folder / "log").string();
  for (const std::string& path :
       {(folder / "precious").string(), log_path, log_path + "/checkpoints", log_path + "/checkpoints/",
        log_path + "/checkpoints/../CURRENT", log_path + "/checkpoints/x/../../../precious", std::string("x"),
        std::string()})
    EXPECT_EQ(control({.method = "DELETE", .target = "/control/checkpoint?path=" + path}).status, 400U)
        << path;
  EXPECT_TRUE(fs::exists(folder / "precious"));
  EXPECT_TRUE(fs::exists(folder / "log" / "CURRENT"));
}

TEST_F(ControlTest, RemovesTheCopiesThatAnEarlierDaemonLeft) {
  fs::create_directories(folder / "log" / "checkpoints" / "old");
  start();
  EXPECT_FALSE(fs::exists(folder / "log" / "checkpoints" / "old"));
}

TEST_F(ControlTest, RefusesMoreCopiesThanItKeepsTrackOf) {
  start();
  for (int i = 0; i < 16; ++i)
    ASSERT_EQ(control({.method = "POST", .target = "/control/checkpoint"}).status, 201U);
  EXPECT_EQ(control({.method = "POST", .target = "/control/checkpoint"}).status, 503U);
}

TEST_F(ControlTest, ReadsAQuarantinedRecordAgainAndTellsTheOutcome) {
  add_record("junk 1", RecordOutcome::quarantined, {}, "is no JSON");
  add_record("fine", RecordOutcome::nothing);
  start();
  std::thread normaliser([this] { normalise_next(RecordOutcome::quarantined, "still is no JSON"); });
  const json::value answer = retry(R"({"sequences":[2,1]})");
  normaliser.join();
  const json::value& fine = answer.at("retried").at(0);
  EXPECT_EQ(json::serialize(fine), R"({"sequence":2,"record":null,"outcome":"not_quarantined","reason":""})");
  const json::value& junk = answer.at("retried").at(1);
  EXPECT_EQ(junk.at("sequence").as_int64(), 1);
  EXPECT_EQ(junk.at("record").as_int64(), 3);
  EXPECT_EQ(junk.at("outcome").as_string(), "quarantined");
  const auto record = log->raw(RawSequence{3});
  ASSERT_TRUE(record);
  EXPECT_EQ(record->source, RecordSource::retry);
  EXPECT_EQ(record->body, R"({"retry":1})");
}

TEST_F(ControlTest, RefusesARetryThatNamesNoRecords) {
  start();
  std::string many = "1";
  for (std::size_t i = 0; i < retry_sequences_max; ++i) many += ",1";
  for (const std::string& body : {std::string(""), std::string("{}"), std::string(R"({"sequences":[]})"),
                                  std::string(R"({"sequences":[0]})"), std::string(R"({"sequences":["1"]})"),
                                  std::string(R"({"sequences":[1.5]})"), R"({"sequences":[)" + many + "]}"}) {
    const HttpAnswer answer = control({.method = "POST", .target = "/control/retry", .body = body});
    EXPECT_EQ(answer.status, 400U) << body.substr(0, 40);
    EXPECT_THAT(answer.body, HasSubstr("bad_request"));
  }
  EXPECT_EQ(log->head().raw.value(), 0U);
}

TEST_F(ControlTest, ASecondDaemonOnTheSameLogIsRefused) {
  start();
  const auto second =
      Admin::start(io, {.listen = "127.0.0.1:0", .log_path = folder / "log"}, admin->sources());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::conflict);
}

}  // namespace
}  // namespace calsync::testing_admin
