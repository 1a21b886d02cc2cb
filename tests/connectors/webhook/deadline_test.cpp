// Deadlines are absolute: a client that drips is no better than one that is silent (P24).
#include "intake_server.hpp"

#include <gtest/gtest.h>

namespace calsync::test {
namespace {

using std::chrono::milliseconds;

// Sends a byte each 10 ms until the other side answers or ends.
Answer drip(Client& client, std::string_view bytes) {
  std::thread sender([&] {
    for (const char byte : bytes) {
      if (!client.send({&byte, 1})) return;
      std::this_thread::sleep_for(milliseconds(10));
    }
  });
  Answer answer = client.read();
  client.half_close();
  sender.join();
  return answer;
}

TEST(Deadline, ASlowHeaderGets408HoweverSteadilyItComes) {
  ListenerOptions options;
  options.limits.header = milliseconds(150);
  IntakeServer server(std::move(options));
  Client client(server.port());
  EXPECT_EQ(drip(client, signed_post("x", "/hooks/main?" + std::string(200, 'x'))).status, 408u);
  EXPECT_EQ(server.metric("calsync_intake_requests_total{outcome=\"timeout\"}"), 1);
}

TEST(Deadline, ASlowBodyGets408) {
  ListenerOptions options;
  options.limits.body = milliseconds(150);
  IntakeServer server(std::move(options));
  Client client(server.port());
  const std::string whole = signed_post(std::string(200, 'x'));
  client.send(whole.substr(0, whole.size() - 200));
  EXPECT_EQ(drip(client, std::string(200, 'x')).status, 408u);
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
  IntakeServer server;
  std::vector<std::unique_ptr<Client>> silent;
  for (int i = 0; i < 100; ++i) {
    silent.push_back(std::make_unique<Client>(server.port()));
    silent.back()->send("POST /hooks/main HTTP/1.1\r\nHost:");
  }
  const auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(Client(server.port()).ask(signed_post("x")).status, 200u);
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(1));
}

}  // namespace
}  // namespace calsync::test
