#include "connectors/http/listen.hpp"
#include "intake_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <unistd.h>

namespace calsync::test {
namespace {

using testing::HasSubstr;

std::string read_file(const std::string& name) {
  std::ifstream file(std::string(CALSYNC_SOURCE_DIR) + "/tests/fixtures/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Listener, HandsASignedDeliveryToTheSinkByteForByteAndAnswersItsSequence) {
  IntakeServer server;
  const std::string body = read_file("recorded/01-BOOKING_CREATED.raw");
  ASSERT_FALSE(body.empty());
  const Answer answer = Client(server.port()).ask(signed_post(body));
  EXPECT_EQ(answer.status, 200u);
  EXPECT_EQ(answer.body, "{\"sequence\":1}");
  EXPECT_EQ(answer.header("Content-Type"), "application/json");
  EXPECT_THAT(answer.header("Date"), HasSubstr(" GMT"));
  EXPECT_EQ(server.last().body, body);
  EXPECT_EQ(server.last().source, RecordSource::webhook);
  EXPECT_EQ(server.last().source_id, SourceId("main"));
  EXPECT_EQ(server.last().content_type, "application/json");
  EXPECT_LT(std::chrono::system_clock::now() - server.last().received, std::chrono::minutes(1));
}

TEST(Listener, HearsAPushOnlyOfWhoKnowsItsSecretAndHandsNothingToTheSink) {
  int told = 0;
  ListenerOptions options;
  options.pushes = PushHook{
      .is_genuine = [](const PushHook::HeaderOf& header,
                       std::string_view body) { return header("x-token") == "right" && body == "{}"; },
      .is_push =
          [](const PushHook::HeaderOf& header) { return header("x-event").value_or("push") == "push"; },
      .told = [&told] { ++told; }};
  IntakeServer server(std::move(options));
  const auto post = [&](const std::string& fields) {
    return "POST /hooks/git/config HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n" + fields + "\r\n{}";
  };
  Client client(server.port());
  EXPECT_EQ(client.ask(post("X-Token: right\r\n")).status, 202u);
  EXPECT_EQ(client.ask(post("x-token: right\r\n")).status, 202u) << "the connection is kept";
  const auto other = client.ask(post("X-Token: right\r\nX-Event: issues\r\n"));
  EXPECT_EQ(other.status, 200u) << "answered, so that the host does not call it failed";
  EXPECT_THAT(other.body, HasSubstr("ignored"));
  EXPECT_EQ(Client(server.port()).ask(post("X-Token: wrong\r\n")).status, 401u);
  EXPECT_EQ(Client(server.port()).ask(post("X-Token: right\r\nX-Token: right\r\n")).status, 401u);
  EXPECT_EQ(Client(server.port()).ask(post("")).status, 401u);
  EXPECT_EQ(Client(server.port()).ask(signed_post("{}", "/hooks/git/config")).status, 401u);
  EXPECT_EQ(Client(server.port()).ask(signed_post("{}")).status, 200u) << "deliveries are taken as ever";
  server.on_loop([&] { EXPECT_EQ(told, 2); });
  EXPECT_EQ(server.delivered(), 1u);
}

TEST(Listener, WithoutASecretForPushesThereIsNoSuchPath) {
  IntakeServer server;
  EXPECT_EQ(Client(server.port()).ask(signed_post("{}", "/hooks/git/config")).status, 404u);
}

TEST(Listener, KeepsAnyCorrectlySignedBodyWhateverItSays) {
  IntakeServer server;
  const std::string all_bytes = [] {
    std::string out;
    for (int i = 0; i < 256; ++i) out.push_back(static_cast<char>(i));
    return out;
  }();
  const std::vector<std::string> bodies{"",
                                        "false",
                                        "{",
                                        "name=Ana&x=%20",
                                        std::string("\0\0", 2),
                                        all_bytes,
                                        "\r\n\r\n",
                                        std::string(100'000, '['),
                                        std::string(1024 * 1024, 'x')};
  Client client(server.port());
  for (const std::string& body : bodies) {
    SCOPED_TRACE(body.substr(0, 20));
    EXPECT_EQ(client.ask(signed_post(body)).status, 200u);
    EXPECT_EQ(server.last().body, body);
  }
  EXPECT_EQ(server.delivered(), bodies.size());
}

TEST(Listener, AcceptsWhatCalComAndProxiesReallySend) {
  IntakeServer server;
  for (const char* extra :
       {"connection: keep-alive\r\naccept: */*\r\naccept-language: *\r\nuser-agent: node\r\n",
        "X-Cal-Webhook-Version: 2021-10-20\r\n", "TE: trailers\r\nConnection: TE\r\n", "X-Empty:\r\n"}) {
    EXPECT_EQ(Client(server.port()).ask(signed_post("{}", "/hooks/main", extra)).status, 200u) << extra;
  }
  EXPECT_EQ(Client(server.port()).ask(signed_post("{}", "/hooks/main?x=1&y=/../")).status, 200u);
}

TEST(Listener, ServesManyRequestsOnOneConnection) {
  IntakeServer server;
  Client client(server.port());
  for (int i = 1; i <= 200; ++i)
    ASSERT_EQ(client.ask(signed_post("body")).body, "{\"sequence\":" + std::to_string(i) + "}");
  EXPECT_EQ(server.metric("calsync_intake_connections_total"), 1);
  EXPECT_EQ(server.metric("calsync_intake_requests_total{outcome=\"accepted\"}"), 200);
}

TEST(Listener, AnswersPipelinedRequestsInTheirOrder) {
  IntakeServer server;
  Client client(server.port());
  std::string all;
  for (int i = 0; i < 30; ++i) all += signed_post(std::string(static_cast<std::size_t>(i * 700), 'x'));
  client.send(all);
  for (int i = 1; i <= 30; ++i) ASSERT_EQ(client.read().body, "{\"sequence\":" + std::to_string(i) + "}");
}

TEST(Listener, ReadsARequestThatComesByteByByte) {
  IntakeServer server;
  Client client(server.port());
  for (const char byte : signed_post("{\"a\":1}")) client.send({&byte, 1});
  EXPECT_EQ(client.read().status, 200u);
}

TEST(Listener, EndsTheConnectionAfterHttp10AndWhereTheClientAsksForIt) {
  IntakeServer server;
  std::string old = signed_post("x", "/hooks/main", "Connection: keep-alive\r\n");
  old.replace(old.find("HTTP/1.1"), 8, "HTTP/1.0");
  for (const std::string& bytes : {old, signed_post("x", "/hooks/main", "Connection: close\r\n")}) {
    Client client(server.port());
    const Answer answer = client.ask(bytes);
    EXPECT_EQ(answer.status, 200u);
    EXPECT_EQ(answer.header("Connection"), "close");
    EXPECT_TRUE(client.closed());
  }
}

TEST(Listener, AsksForTheBodyThatWaitsForIt) {
  IntakeServer server;
  Client client(server.port());
  const std::string whole = signed_post("the body", "/hooks/main", "Expect: 100-Continue\r\n");
  client.send(whole.substr(0, whole.size() - 8));
  EXPECT_EQ(client.read().status, 100u);
  client.send("the body");
  EXPECT_EQ(client.read().status, 200u);
  EXPECT_EQ(client.ask(whole).status, 200u) << "and not where the body is there already";
}

TEST(Listener, RefusesABodyThatIsTooLargeBeforeItIsSent) {
  IntakeServer server;
  Client client(server.port());
  const std::string whole =
      signed_post(std::string(1024 * 1024 + 1, 'x'), "/hooks/main", "Expect: 100-continue\r\n");
  client.send(whole.substr(0, whole.find("\r\n\r\n") + 4));
  EXPECT_EQ(client.read().status, 413u);
}

TEST(Listener, LetsAClientThatIsStillSendingReadItsRefusal) {
  IntakeServer server;
  Client client(server.port());
  const std::string whole = signed_post(std::string(1024 * 1024, 'x'), "/hooks/nobody");
  EXPECT_TRUE(client.send(whole));
  EXPECT_EQ(client.read().status, 404u);
}

TEST(Listener, CutsALongContentType) {
  IntakeServer server;
  std::string bytes = signed_post("x");
  bytes.replace(bytes.find("application/json"), 16, std::string(500, 'a'));
  EXPECT_EQ(Client(server.port()).ask(bytes).status, 200u);
  EXPECT_EQ(server.last().content_type, std::string(128, 'a'));
}

TEST(Listener, KeepsAContentTypeAsTextThatEveryReaderOfJsonTakes) {
  IntakeServer server;
  std::string bytes = signed_post("x");
  bytes.replace(bytes.find("application/json"), 16, "text/\xff\xc3 x");
  EXPECT_EQ(Client(server.port()).ask(bytes).status, 200u);
  EXPECT_EQ(server.last().content_type, "text/?? x");
}

TEST(Listener, AnswersADuplicateWithTheFirstSequenceAndCountsIt) {
  IntakeServer server({}, [](RawDelivery, const std::function<void(Result<Accepted>)>& done) {
    done(Accepted{RawSequence(7), true});
  });
  EXPECT_EQ(Client(server.port()).ask(signed_post("x")).body, "{\"sequence\":7}");
  EXPECT_EQ(server.metric("calsync_intake_requests_total{outcome=\"duplicate\"}"), 1);
}

TEST(ListenerStart, SaysWhatIsWrongAndTheCure) {
  boost::asio::io_context io;
  SystemClock clock;
  MetricRegistry metrics;
  const auto start = [&](const std::function<void(ListenerOptions&)>& change) -> std::string {
    ListenerOptions options;
    options.listen = "127.0.0.1:0";
    options.sources.push_back({SourceId("main"), {Secret(secret)}});
    change(options);
    auto made = WebhookListener::start(
        io, std::move(options), [](auto, auto) {}, clock, metrics);
    return made ? "started" : made.error().text();
  };
  EXPECT_EQ(start([](auto&) {}), "started");
  EXPECT_THAT(start([](auto& o) { o.listen = "nonsense"; }), HasSubstr("HOST:PORT"));
  EXPECT_THAT(start([](auto& o) { o.sources[0].secrets.clear(); }), HasSubstr("one to three secrets"));
  EXPECT_THAT(start([](auto& o) { o.sources[0].secrets.assign(4, Secret("x")); }),
              HasSubstr("one to three secrets"));
  EXPECT_THAT(start([](auto& o) { o.sources[0].secrets[0] = Secret(); }), HasSubstr("empty secret"));
  EXPECT_THAT(start([](auto& o) { o.sources[0].id = SourceId("git"); }), HasSubstr("reserved"));
  EXPECT_THAT(start([](auto& o) { o.sources[0].id = SourceId("a/b"); }), HasSubstr("A-Z a-z 0-9"));
  EXPECT_THAT(start([](auto& o) { o.sources.push_back(o.sources[0]); }), HasSubstr("twice"));
  EXPECT_THAT(start([](auto& o) { o.trusted_proxies = {"10.0.0.0/99"}; }), HasSubstr("10.0.0.0/99"));
  EXPECT_THAT(start([](auto& o) { o.certificate = "x"; }), HasSubstr("private_key"));
  EXPECT_THAT(start([](auto& o) { o.inherited_socket = 0; }), HasSubstr("ListenStream"));
}

// A socket from systemd listens where its unit says, not where intake.listen says.
TEST(ListenerStart, RefusesPlainHttpOnAnInheritedSocketThatOthersReach) {
  boost::asio::io_context io;
  SystemClock clock;
  MetricRegistry metrics;
  const auto start = [&](const char* address, bool insecure) -> std::string {
    const auto socket = listen_tcp(address);
    if (!socket) return socket.error().text();
    ListenerOptions options;
    options.inherited_socket = *socket;
    options.insecure = insecure;
    options.sources.push_back({SourceId("main"), {Secret(secret)}});
    auto made = WebhookListener::start(
        io, std::move(options), [](auto, auto) {}, clock, metrics);
    ::close(*socket);
    return made ? "started" : made.error().text();
  };
  EXPECT_THAT(start("0.0.0.0:0", false), HasSubstr("intake.insecure: true"));
  EXPECT_EQ(start("0.0.0.0:0", true), "started");
  EXPECT_EQ(start("127.0.0.1:0", false), "started");
}

}  // namespace
}  // namespace calsync::test
