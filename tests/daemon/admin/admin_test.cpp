#include "tests/daemon/admin/admin_fixture.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>

namespace calsync::testing_admin {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string text(const json::value& value) {
  return json::serialize(value);
}

std::vector<std::int64_t> sequences(const json::value& page) {
  std::vector<std::int64_t> out;
  for (const json::value& item : page.at("items").as_array()) out.push_back(item.at("sequence").as_int64());
  return out;
}

TEST_F(AdminTest, IsReadyWithoutKafkaAndSaysThatItLives) {
  start();
  EXPECT_EQ(text(get("/healthz")), R"({"status":"ok"})");
  EXPECT_EQ(text(get("/readyz")), R"({"ready":true,"notReady":[]})");
}

TEST_F(AdminTest, IsNotReadyUntilTheCursorIsReadAndSaysWhy) {
  publisher.emplace();
  publisher->state = PublisherState::waiting_for_broker;
  publisher->last_error = "localhost:9092: refused";
  start();
  const HttpAnswer answer = tcp({.target = "/readyz"});
  EXPECT_EQ(answer.status, 503U);
  EXPECT_THAT(answer.body, HasSubstr("kafka: the cursor has not been read yet"));
  EXPECT_THAT(answer.body, HasSubstr("localhost:9092: refused"));
  EXPECT_THAT(text(get("/api/v1/conditions")), HasSubstr(R"("component":"publisher","severity":"warning")"));
}

TEST_F(AdminTest, IsNotReadyWhileAConditionBlocks) {
  conditions.set("log", Severity::error, "no room", true);
  start();
  EXPECT_EQ(tcp({.target = "/readyz"}).body, R"({"ready":false,"notReady":["log: no room"]})");
  conditions.clear("log");
  EXPECT_EQ(tcp({.target = "/readyz"}).status, 200U);
}

TEST_F(AdminTest, TellsItsStatusInTheFormThatTheCommandLineReads) {
  publisher.emplace();
  publisher->state = PublisherState::publishing;
  publisher->published = EventSequence{1};
  publisher->cursor_known = true;
  publisher->generation = 7;
  publisher->mode = "cluster";
  add_event("booking.created", "a", "a", "2026-01-01");
  add_event("booking.cancelled", "a", "a", "2026-01-02");
  start();
  json::value status = get("/api/v1/status");
  EXPECT_EQ(status.at("log").at("id").as_string(), log->id().value());
  status.as_object()["log"].as_object()["id"] = "ID";
  status.as_object()["log"].as_object()["path"] = "DIR";
  status.as_object()["admin"].as_object()["listening"] = "ADMIN";
  EXPECT_EQ(
      text(status),
      R"({"version":"0.1.0","startedAt":"2023-11-14T22:13:20.000Z","settings":"/etc/calsync/calsyncd.yaml",)"
      R"("log":{"path":"DIR","id":"ID","rawHead":2,"eventHead":2,"normalised":2,)"
      R"("cutRaw":0,"cutEvent":0,"cutReceived":null,"quarantined":0},)"
      R"("publisher":{"mode":"cluster","state":"publishing","published":1,"lag":1,"generation":7,"lastError":null,"bootstrap":null},)"
      R"("intake":{"listening":"127.0.0.1:8787","connections":3},"admin":{"listening":"ADMIN"},"poll":null,"reconcile":null,)"
      R"("conditions":[],"ready":true,"notReady":[]})");
}

TEST_F(AdminTest, NamesWhatLiesInQuarantineAsACondition) {
  add_record("junk", RecordOutcome::quarantined, {}, "is no JSON");
  start();
  EXPECT_THAT(text(get("/api/v1/conditions")), HasSubstr("1 record could not be understood"));
  EXPECT_EQ(get("/api/v1/status").at("log").at("quarantined").as_int64(), 1);
}

TEST_F(AdminTest, ShowsAnEventWithItsValueUnchanged) {
  add_event("booking.created", "root", "uid", "2026-01-01");
  start();
  const json::value page = get("/api/v1/events");
  json::object event = page.at("items").at(0).as_object();
  EXPECT_EQ(event["hash"].as_string().size(), 64U);
  event.erase("hash");
  EXPECT_EQ(
      text(event),
      R"({"sequence":1,"rawSequence":1,"topic":"bookings","key":"root","keySequence":1,"type":"booking.created",)"
      R"("subject":"uid","time":"2026-01-01T00:00:00.000Z","origin":"webhook","causedBy":null,"erased":false,"value":{"n":1}})");
  EXPECT_EQ(page.at("next").as_int64(), 1);
  EXPECT_FALSE(page.at("more").as_bool());
}

TEST_F(AdminTest, FindsEventsByEveryFilter) {
  add_event("booking.created", "root", "first", "2026-01-01", Topic::bookings, "BOOKING_CREATED");
  add_event("booking.rescheduled", "root", "second", "2026-01-02", Topic::bookings, "BOOKING_RESCHEDULED",
            "ana@example.org");
  add_event("ooo.created", "5", "second", "2026-01-03", Topic::ooo);
  start();
  const std::vector<std::pair<std::string, std::vector<std::int64_t>>> table{
      {"topic=ooo", {3}},
      {"type=booking.created", {1}},
      {"type=booking.*", {1, 2}},
      {"type=calsync.ooo.created", {3}},
      {"key=root", {1, 2}},
      {"subject=second", {2, 3}},
      {"booking=second", {2}},
      {"booking=root", {1, 2}},
      {"occurred_since=2026-01-02T00:00:00Z", {2, 3}},
      {"occurred_until=2026-01-02T00:00:00Z", {1}},
      {"occurred_until=2026-01-02", {1, 2}},
      {"since=1h", {1, 2, 3}},  // what they tell of happened long ago; the log took them just now
      {"since=2026-01-01&until=now", {1, 2, 3}},
      {"until=1h", {}},
      {"trigger=booking_created", {1}},
      {"trigger=BOOKING_CREATE", {}},
      {"person=ana@example.org", {2}},
      {"person=nobody@example.org", {}},
      {"from_seq=2", {2, 3}},
      {"from_seq=2&to_seq=2", {2}},
      {"after=1", {2, 3}},
      {"limit=2", {1, 2}},
      {"after=3", {}},
      {"after=99", {}},
      {"key=root&type=booking.created", {1}},
      {"topic=forms", {}}};
  for (const auto& [query, expected] : table)
    EXPECT_EQ(sequences(get("/api/v1/events?" + query)), expected) << query;
}

TEST_F(AdminTest, PagesThroughTheWholeLogOnce) {
  for (int i = 0; i < 25; ++i)
    add_event(i % 2 == 0 ? "booking.created" : "booking.changed", "k", "s", "2026-01-01");
  start();
  std::vector<std::int64_t> seen;
  std::int64_t after = 0;
  for (bool more = true; more;) {
    const json::value page =
        get("/api/v1/events?type=booking.created&limit=4&after=" + std::to_string(after));
    const auto found = sequences(page);
    seen.insert(seen.end(), found.begin(), found.end());
    after = page.at("next").as_int64();
    more = page.at("more").as_bool();
  }
  EXPECT_THAT(seen, ElementsAre(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25));
}

TEST_F(AdminTest, EndsAPageAtOneMebibyteButAlwaysGivesAnEvent) {
  const auto add_large = [this](std::size_t bytes) {
    EventRecord event;
    event.key = EventKey{"k"};
    event.type = "booking.created";
    event.subject = "s";
    event.value = '"' + std::string(bytes, 'x') + '"';
    add_record("body " + std::to_string(++bodies), RecordOutcome::event, {event});
  };
  for (const std::size_t bytes : {3'000'000, 600'000, 400'000, 100'000, 1'000}) add_large(bytes);
  start();
  std::vector<std::vector<std::int64_t>> pages;
  std::int64_t after = 0;
  for (bool more = true; more && pages.size() < 9;) {
    const json::value page = get("/api/v1/events?after=" + std::to_string(after));
    pages.push_back(sequences(page));
    after = page.at("next").as_int64();
    more = page.at("more").as_bool();
  }
  EXPECT_THAT(pages, ElementsAre(ElementsAre(1), ElementsAre(2, 3), ElementsAre(4, 5)));
}

TEST_F(AdminTest, HoldsTheAnswerUntilAnEventComes) {
  add_event("booking.created", "k", "s", "2026-01-01");
  start();
  json::value page;
  std::thread waiting([&] { page = get("/api/v1/events?after=1&wait=60s"); });
  const auto asked = [&] {
    return metrics.text().find("calsync_admin_requests_total{listener=\"admin\"} 1") != std::string::npos;
  };
  while (!asked()) std::this_thread::yield();
  add_event("booking.changed", "k", "s", "2026-01-02");
  waiting.join();
  EXPECT_THAT(sequences(page), ElementsAre(2));
}

TEST_F(AdminTest, LetsThirtyTwoRequestsWaitAndNoneWhoseClientIsGone) {
  add_event("booking.created", "k", "s", "2026-01-01");
  start();
  const auto asked = [&](std::size_t times) {
    return metrics.text().find("calsync_admin_requests_total{listener=\"admin\"} " + std::to_string(times) +
                               "\n") != std::string::npos;
  };
  {
    boost::asio::io_context here;
    std::vector<boost::asio::ip::tcp::socket> waiting;
    const auto colon = admin->listening().rfind(':');
    const auto port = static_cast<std::uint16_t>(std::stoi(admin->listening().substr(colon + 1)));
    for (std::size_t i = 0; i < 32; ++i) {
      auto& socket = waiting.emplace_back(here);
      socket.connect({boost::asio::ip::address_v4::loopback(), port});
      // More bytes behind it: the end is seen all the same.
      boost::asio::write(socket,
                         boost::asio::buffer(std::string(
                             "GET /api/v1/events?after=1&wait=60s HTTP/1.1\r\nHost: localhost\r\n\r\nGET")));
    }
    while (!asked(32)) std::this_thread::yield();
    const HttpAnswer refused = tcp({.target = "/api/v1/events?after=1&wait=60s"});
    EXPECT_EQ(refused.status, 503U);
    EXPECT_EQ(refused.header("Retry-After"), "1");
    EXPECT_EQ(tcp({.target = "/api/v1/events?after=1"}).status, 200U) << "it waits for nothing";
    EXPECT_EQ(tcp({.target = "/api/v1/events?wait=60s"}).status, 200U) << "there is something";
  }
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  unsigned status = 503;
  while (status == 503 && std::chrono::steady_clock::now() < limit)
    status = tcp({.target = "/api/v1/events?after=1&wait=50ms"}).status;
  EXPECT_EQ(status, 200U);
}

TEST_F(AdminTest, AnswersAfterTheWaitWhenNothingComes) {
  start();
  const json::value page = get("/api/v1/events?wait=50ms");
  EXPECT_EQ(text(page), R"({"items":[],"next":0,"more":false,"head":0,"cut":0})");
}

TEST_F(AdminTest, EndsAtTheLastSequenceThatIsAskedFor) {
  for (int day = 1; day <= 3; ++day)
    add_event("booking.changed", "k", "s", "2026-01-0" + std::to_string(day));
  start();
  const json::value page = get("/api/v1/events?to_seq=2");
  EXPECT_EQ(sequences(page), (std::vector<std::int64_t>{1, 2}));
  EXPECT_FALSE(page.at("more").as_bool());
  EXPECT_EQ(sequences(get("/api/v1/events?to_seq=2&after=2&wait=60s")), std::vector<std::int64_t>{});
}

TEST_F(AdminTest, FindsAChainWhoseLinkWasLearnedLate) {
  add_event("booking.created", "first", "first", "2026-01-01");
  add_event("booking.created", "second", "second", "2026-01-02");  // a key of its own: the link was not known
  add_event("booking.created", "other", "other", "2026-01-03");
  add_link("first", "second");
  start();
  EXPECT_EQ(sequences(get("/api/v1/events?booking=first")), (std::vector<std::int64_t>{1, 2}));
  EXPECT_EQ(sequences(get("/api/v1/events?booking=second")), (std::vector<std::int64_t>{2}));
}

TEST_F(AdminTest, RefusesAQueryThatItDoesNotUnderstandByName) {
  start();
  for (const std::string query : {"limit=0", "limit=1001", "after=-1", "after=18446744073709551615",
                                  "since=yesterday", "wait=2h", "tpye=x", "topic=cursor", "key="}) {
    const HttpAnswer answer = tcp({.target = "/api/v1/events?" + query});
    EXPECT_EQ(answer.status, 400U) << query;
    EXPECT_THAT(answer.body, HasSubstr("\"code\":\"bad_request\"")) << query;
    EXPECT_THAT(answer.body, HasSubstr(query.substr(0, query.find('=')) + ":")) << query;
  }
}

TEST_F(AdminTest, NamesWhatAPathTakesAndWhatIsNotThere) {
  start();
  EXPECT_EQ(tcp({.target = "/nothing"}).body,
            R"({"error":{"code":"not_found","message":"there is nothing at this path"}})");
  const HttpAnswer wrong = tcp({.method = "POST", .target = "/api/v1/status"});
  EXPECT_EQ(wrong.status, 405U);
  EXPECT_EQ(wrong.header("Allow"), "GET");
  EXPECT_EQ(tcp({.method = "HEAD", .target = "/healthz"}).status, 200U);
}

TEST_F(AdminTest, AsksForTheTokenOverTcpButNotOverTheControlSocket) {
  start("a long and secret token");
  const auto with = [](std::string value) {
    return HttpRequest{.target = "/api/v1/status", .headers = {{"Authorization", std::move(value)}}};
  };
  EXPECT_EQ(tcp({.target = "/api/v1/status"}).status, 401U);
  EXPECT_EQ(tcp(with("Bearer a long and secret tokem")).status, 401U);
  EXPECT_EQ(tcp(with("Bearer ")).status, 401U);
  EXPECT_EQ(tcp(with("Basic a long and secret token")).status, 401U);
  EXPECT_EQ(tcp({.target = "/metrics"}).status, 401U);
  EXPECT_EQ(tcp(with("Bearer a long and secret token")).status, 200U);
  EXPECT_EQ(tcp({.target = "/healthz"}).status, 200U);
  EXPECT_EQ(tcp({.target = "/readyz"}).status, 200U);
  EXPECT_EQ(control({.target = "/api/v1/status"}).status, 200U);
}

TEST_F(AdminTest, TakesANewTokenWhileItRuns) {
  start("old token");
  boost::asio::post(io, [this] { admin->set_token(Secret("new token")); });
  const HttpRequest fresh{.target = "/api/v1/status", .headers = {{"Authorization", "Bearer new token"}}};
  EXPECT_EQ(tcp(fresh).status, 200U);
  const HttpRequest stale{.target = "/api/v1/status", .headers = {{"Authorization", "Bearer old token"}}};
  EXPECT_EQ(tcp(stale).status, 401U);
}

TEST_F(AdminTest, CountsAndMeasures) {
  start();
  const std::string text = tcp({.target = "/metrics"}).body;
  EXPECT_THAT(text, HasSubstr("# TYPE process_cpu_seconds_total counter"));
  for (const char* name :
       {"calsync_admin_requests_total{listener=\"admin\"} 1", "calsync_ready 1",
        "process_start_time_seconds 1700000000", "process_resident_memory_bytes ", "calsync_log_raw_head 0"})
    EXPECT_THAT(text, HasSubstr(name));
}

}  // namespace
}  // namespace calsync::testing_admin
