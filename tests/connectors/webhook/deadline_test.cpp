// Deadlines are absolute: a client that drips is no better than one that is silent (P24).
#include "intake_server.hpp"

#include <gtest/gtest.h>

namespace calsync::test {
namespace {

using std::chrono::milliseconds;

// A byte, then another as long as the other side says nothing: in time for every deadline that begins anew
// with a byte. There are more bytes than anybody waits for.
Answer drip(Client& client, std::string_view bytes) {
  for (const char byte : bytes) {
    if (!client.send({&byte, 1}) || client.answered(milliseconds(10))) break;
  }
  return client.read();
}

constexpr std::size_t endless = 6000;  // a minute at least; and less than a header may have

TEST(Deadline, ASlowHeaderGets408HoweverSteadilyItComes) {
  ListenerOptions options;
  options.limits.header = milliseconds(150);
  IntakeServer server(std::move(options));
  Client client(server.port());
  EXPECT_EQ(drip(client, signed_post("x", "/hooks/main?" + std::string(endless, 'x'))).status, 408u);
  EXPECT_EQ(server.metric("calsync_intake_requests_total{outcome=\"timeout\"}"), 1);
}

TEST(Deadline, ASlowBodyGets408) {
  ListenerOptions options;
  options.limits.body = milliseconds(150);
  IntakeServer server(std::move(options));
  Client client(server.port());
  const std::string body(endless, 'x'), whole = signed_post(body);
  client.send(whole.substr(0, whole.size() - body.size()));
  EXPECT_EQ(drip(client, body).status, 408u);
  EXPECT_EQ(server.delivered(), 0u);
}

TEST(Deadline, AConnectionThatNeverSaysAnythingIsClosed) {
  ListenerOptions options;
  options.limits.header = milliseconds(100);
  IntakeServer server(std::move(options));
  Client client(server.port());
  EXPECT_TRUE(client.closed());
}

TEST(Deadline, AnIdleConnectionIsClosedWithoutAnAnswer) {
  ListenerOptions options;
  options.limits.idle = milliseconds(100);
  IntakeServer server(std::move(options));
  Client client(server.port());
  EXPECT_EQ(client.ask(signed_post("x")).status, 200u);
  EXPECT_TRUE(client.closed());
  EXPECT_EQ(server.metric("calsync_intake_requests_total{outcome=\"timeout\"}"), 0);
}

TEST(Deadline, ARefusedClientThatDoesNotLeaveIsLeft) {
  ListenerOptions options;
  options.limits.linger = milliseconds(100);
  IntakeServer server(std::move(options));
  Client client(server.port());
  EXPECT_EQ(client.ask("GET / HTTP/1.1\r\nHost: h\r\n\r\n").status, 405u);
  EXPECT_TRUE(eventually([&] { return server.metric("calsync_intake_connections ") == 0; }));
}

TEST(Deadline, AClientThatDoesNotReadItsAnswersIsCut) {
  ListenerOptions options;
  options.limits.write = milliseconds(200);
  IntakeServer server(std::move(options));
  Client client(server.port());
  std::string many;
  for (int i = 0; i < 2000; ++i) many += signed_post("");
  bool cut = false;
  for (int i = 0; i < 200 && !cut; ++i) cut = !client.send(many);
  EXPECT_TRUE(cut) << "the answers to hundreds of thousands of requests were kept for it";
}

TEST(Deadline, AHundredSilentClientsDelayNobody) {
  ListenerOptions options;
  options.limits.header = std::chrono::hours(1);  // they stay for longer than this test waits for anything
  IntakeServer server(std::move(options));
  std::vector<std::unique_ptr<Client>> silent;
  for (int i = 0; i < 100; ++i) {
    silent.push_back(std::make_unique<Client>(server.port()));
    silent.back()->send("POST /hooks/main HTTP/1.1\r\nHost:");
  }
  ASSERT_TRUE(eventually([&] { return server.metric("calsync_intake_connections ") == 100; }));
  EXPECT_EQ(Client(server.port()).ask(signed_post("x")).status, 200u);
  EXPECT_GE(server.metric("calsync_intake_connections "), 100) << "they were sent away first";
}

}  // namespace
}  // namespace calsync::test
