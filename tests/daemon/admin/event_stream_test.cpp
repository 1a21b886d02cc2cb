// Events as a stream (server-sent events) over a real listener. With `to_seq` a stream ends by itself.
#include "tests/daemon/admin/admin_fixture.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>

namespace calsync::testing_admin {
namespace {

using testing::ElementsAre;

class EventStreamTest : public AdminTest {
 protected:
  void three_events() {
    for (int day = 1; day <= 3; ++day)
      add_event(day == 2 ? "booking.changed" : "booking.created", "k", "s",
                "2026-01-0" + std::to_string(day));
  }
  HttpAnswer stream(const std::string& query, const std::string& last_id = "") {
    HttpRequest request{.target = "/api/v1/events?" + query, .headers = {{"Accept", "text/event-stream"}}};
    if (!last_id.empty()) request.headers.emplace_back("Last-Event-ID", last_id);
    return tcp(request);
  }
  static std::vector<std::string> ids(const std::string& body) {
    std::vector<std::string> found;
    for (auto at = body.find("id: "); at != std::string::npos; at = body.find("id: ", at + 1))
      found.push_back(body.substr(at + 4, body.find('\n', at) - at - 4));
    return found;
  }
};

TEST_F(EventStreamTest, TellsEachEventOnceWithItsSequenceAsItsId) {
  three_events();
  start();
  const HttpAnswer answer = stream("to_seq=3");
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.header("Content-Type"), "text/event-stream");
  EXPECT_THAT(ids(answer.body), ElementsAre("1", "2", "3"));
  const auto data = answer.body.find("data: ");
  ASSERT_NE(data, std::string::npos);
  const json::value first =
      json::parse(answer.body.substr(data + 6, answer.body.find('\n', data) - data - 6));
  EXPECT_EQ(first, get("/api/v1/events").at("items").at(0)) << "as a page has it";
}

TEST_F(EventStreamTest, GoesOnBehindTheLastIdOfAnEarlierStream) {
  three_events();
  start();
  EXPECT_THAT(ids(stream("to_seq=3&after=0", "1").body), ElementsAre("2", "3"));
}

TEST_F(EventStreamTest, TellsOnlyWhatFitsTheFilter) {
  three_events();
  start();
  EXPECT_THAT(ids(stream("to_seq=3&type=booking.changed").body), testing::Contains("2"));
  EXPECT_EQ(stream("to_seq=3&type=booking.changed").body.find("booking.created"), std::string::npos);
}

TEST_F(EventStreamTest, TellsWhatComesWhileItIsOpen) {
  add_event("booking.created", "k", "s", "2026-01-01");
  start();
  HttpAnswer answer;
  std::thread waiting([&] { answer = stream("after=1&to_seq=2"); });
  const auto asked = [&] {
    return metrics.text().find("calsync_admin_requests_total{listener=\"admin\"} 1") != std::string::npos;
  };
  while (!asked()) std::this_thread::yield();
  add_event("booking.changed", "k", "s", "2026-01-02");
  waiting.join();
  EXPECT_THAT(ids(answer.body), ElementsAre("2"));
}

TEST_F(EventStreamTest, TellsWhatComesOfAPersonWhoWasUnknownWhenItBegan) {
  add_event("booking.created", "k", "s", "2026-01-01");
  start();
  HttpAnswer answer;
  std::thread waiting([&] { answer = stream("after=1&to_seq=2&person=new@example.org"); });
  const auto asked = [&] {
    return metrics.text().find("calsync_admin_requests_total{listener=\"admin\"} 1") != std::string::npos;
  };
  while (!asked()) std::this_thread::yield();
  add_event("booking.created", "k", "s", "2026-01-02", Topic::bookings, "", "new@example.org");
  waiting.join();
  EXPECT_NE(answer.body.find("data: "), std::string::npos);
}

TEST_F(EventStreamTest, RefusesAPlaceThatIsNone) {
  start();
  EXPECT_EQ(stream("to_seq=1", "yesterday").status, 400U);
  EXPECT_EQ(stream("topic=nothing").status, 400U);
}

TEST_F(EventStreamTest, LetsSixteenBeOpenAndEndsThemAllWhenItStops) {
  start();
  boost::asio::io_context here;
  std::vector<boost::asio::ip::tcp::socket> open;
  const auto colon = admin->listening().rfind(':');
  const auto port = static_cast<std::uint16_t>(std::stoi(admin->listening().substr(colon + 1)));
  for (int i = 0; i < 16; ++i) {
    auto& socket = open.emplace_back(here);
    socket.connect({boost::asio::ip::address_v4::loopback(), port});
    boost::asio::write(
        socket, boost::asio::buffer(std::string(
                    "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n")));
    std::string answer(4096, '\0');
    ASSERT_GT(socket.read_some(boost::asio::buffer(answer)), 0U) << "it has begun";
  }
  const HttpAnswer refused = stream("after=0");
  EXPECT_EQ(refused.status, 503U);
  EXPECT_EQ(refused.header("Retry-After"), "5");
  stop();  // returns only where nothing is left that runs
  boost::system::error_code ended;
  std::string rest(4096, '\0');
  while (!ended) open.front().read_some(boost::asio::buffer(rest), ended);
  EXPECT_TRUE(ended) << "its client knows";
}

TEST_F(AdminTest, ReadsQuarantinedRecordsAgainOnlyForAToken) {
  add_record("[[[", RecordOutcome::quarantined, {}, "not JSON");
  start();
  const json::value held = get("/api/v1/quarantine");
  EXPECT_EQ(held.at("count").as_int64(), 1);
  EXPECT_EQ(held.at("items").at(0).at("reason").as_string(), "not JSON");
  const HttpRequest retry{.method = "POST", .target = "/api/v1/retry", .body = R"({"sequences":[7]})"};
  EXPECT_EQ(tcp(retry).status, 403U) << "any page of a browser could ask for it";
  stop();
  io.restart();
  start("a long and secret token");
  EXPECT_EQ(tcp(retry).status, 401U);
  HttpRequest allowed = retry;
  allowed.headers = {{"Authorization", "Bearer a long and secret token"}};
  const HttpAnswer answer = tcp(allowed);
  EXPECT_EQ(answer.status, 200U) << answer.body;
  EXPECT_EQ(json::parse(answer.body).at("retried").at(0).at("outcome").as_string(), "not_quarantined");
}

}  // namespace
}  // namespace calsync::testing_admin
