// SIGTERM and upgrade refuse nobody who is being served, and behind systemd's socket nobody at all (DESIGN
// §12.7).
#include "intake_server.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <unistd.h>

namespace calsync::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct Systemd {  // holds the listening socket over restarts
  int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  std::uint16_t port = 0;
  Systemd() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(socket, reinterpret_cast<sockaddr*>(&address), size);
    ::listen(socket, 64);
    ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
    port = ntohs(address.sin_port);
  }
  ~Systemd() { ::close(socket); }
  Systemd(const Systemd&) = delete;
  Systemd& operator=(const Systemd&) = delete;
  [[nodiscard]] ListenerOptions options() const {
    ListenerOptions out;
    out.inherited_socket = socket;
    return out;
  }
};

constexpr bool farewell = true;

ListenerOptions long_farewell() {
  ListenerOptions options;
  options.limits.farewell = seconds(600);
  options.limits.idle = seconds(600);
  return options;
}

TEST(Drain, EndsAtOnceWhereNobodyMayComeBack) {
  IntakeServer server(long_farewell());
  Client left(server.port());
  ASSERT_EQ(left.ask(signed_post("x", "/hooks/main", "Connection: close\r\n")).status, 200u);
  server.drain(farewell);
  EXPECT_TRUE(server.wait_drained(seconds(60)));
  EXPECT_THROW(Client(server.port()), std::runtime_error) << "no longer listening";
}

TEST(Drain, AKeptConnectionIsServedALastTimeAndItsClientIsToldSo) {
  IntakeServer server(long_farewell());
  Client kept(server.port());
  EXPECT_EQ(kept.ask(signed_post("x")).header("Keep-Alive"), "timeout=4");
  server.drain(farewell);
  EXPECT_FALSE(server.wait_drained(milliseconds(100)));
  const Answer last = kept.ask(signed_post("y"));
  EXPECT_EQ(last.status, 200u);
  EXPECT_EQ(last.header("Connection"), "close");
  EXPECT_TRUE(kept.ended_in_peace());
  EXPECT_TRUE(server.wait_drained(seconds(60)));
}

TEST(Drain, WhileOthersMayComeBackNewConnectionsAreServed) {
  IntakeServer server(long_farewell());
  Client kept(server.port());
  ASSERT_EQ(kept.ask(signed_post("x")).status, 200u);
  server.drain(farewell);
  Client late(server.port());
  const Answer answer = late.ask(signed_post("y"));
  EXPECT_EQ(answer.status, 200u);
  EXPECT_EQ(answer.header("Connection"), "close");
  EXPECT_FALSE(server.wait_drained(milliseconds(0)));
}

TEST(Drain, WhoDoesNotComeBackInTimeIsLetGoInPeace) {
  ListenerOptions options;
  options.limits.farewell = milliseconds(100);
  options.limits.linger = seconds(30);
  IntakeServer server(std::move(options));
  Client kept(server.port()), late(server.port());
  ASSERT_EQ(kept.ask(signed_post("x")).status, 200u);
  ASSERT_EQ(late.ask(signed_post("x")).status, 200u);
  server.drain(farewell);
  EXPECT_TRUE(kept.ended_in_peace());
  EXPECT_TRUE(late.ended_in_peace());
  late.send(signed_post("y"));  // it had not yet seen the end: no answer, but no reset either
  EXPECT_TRUE(late.send("z")) << "reset";
  late.half_close();
  kept.half_close();
  EXPECT_TRUE(server.wait_drained(seconds(60)));
}

TEST(Drain, ARequestThatIsAlreadyHereIsAnsweredEvenAtOnce) {
  for (int round = 0; round < 200; ++round) {
    IntakeServer server;
    Client kept(server.port());
    ASSERT_EQ(kept.ask(signed_post("x")).status, 200u);
    server.on_loop([&] {
      kept.send(signed_post("y"));
      server.listener().drain([] {});
    });
    EXPECT_EQ(kept.read().status, 200u);
  }
}

TEST(Drain, AnswersWhatIsUnderWayAndEndsThatConnection) {
  std::mutex mutex;
  std::vector<std::function<void(Result<Accepted>)>> waiting;
  const auto count = [&] {
    const std::lock_guard lock(mutex);
    return waiting.size();
  };
  IntakeServer server({}, [&](RawDelivery, std::function<void(Result<Accepted>)> done) {
    const std::lock_guard lock(mutex);
    waiting.push_back(std::move(done));
  });
  Client at_sink(server.port()), in_body(server.port()), in_header(server.port());
  const std::string whole = signed_post("0123456789");
  at_sink.send(whole);
  in_body.send(whole.substr(0, whole.size() - 5));
  in_header.send(whole.substr(0, 30));
  ASSERT_TRUE(eventually([&] { return count() == 1 && server.metric("calsync_intake_connections ") == 3; }));
  ASSERT_TRUE(eventually([&] { return server.metric("calsync_intake_body_bytes ") == 20; }));
  server.drain();
  EXPECT_FALSE(server.wait_drained(milliseconds(50)));
  in_body.send(whole.substr(whole.size() - 5));
  in_header.send(whole.substr(30));
  ASSERT_TRUE(eventually([&] { return count() == 3; }));
  for (std::size_t i = 0; i < 3; ++i) waiting[i](Accepted{RawSequence(i + 1)});
  for (Client* client : {&at_sink, &in_body, &in_header}) {
    const Answer answer = client->read();
    EXPECT_EQ(answer.status, 200u);
    EXPECT_EQ(answer.header("Connection"), "close");
    EXPECT_TRUE(client->closed());
  }
  EXPECT_FALSE(server.wait_drained(milliseconds(0)));
  EXPECT_TRUE(server.wait_drained(seconds(5)));
}

TEST(Drain, ServesWhoeverIsAlreadyInTheQueueOfItsOwnSocket) {
  IntakeServer server;
  Client queued(server.port());
  server.drain();
  EXPECT_EQ(queued.ask(signed_post("x")).status, 200u);
  EXPECT_TRUE(server.wait_drained(seconds(5)));
}

TEST(Drain, BehindAnInheritedSocketWhoComesLaterWaitsForTheSuccessor) {
  const Systemd systemd;
  auto first = std::make_unique<IntakeServer>(systemd.options());
  EXPECT_EQ(first->port(), systemd.port);
  EXPECT_EQ(Client(systemd.port).ask(signed_post("x")).status, 200u);
  first->drain();
  ASSERT_TRUE(first->wait_drained(seconds(5)));
  Client between(systemd.port);
  between.send(signed_post("between"));
  first.reset();
  IntakeServer second(systemd.options());
  EXPECT_EQ(between.read().status, 200u);
  EXPECT_EQ(second.last().body, "between");
}

// Half of the clients take a new connection each time, half keep theirs until an answer ends it.
TEST(Drain, AcrossRestartsUnderLoadNobodyIsRefused) {
  const Systemd systemd;
  std::atomic<bool> stop = false;
  std::atomic<int> good = 0, bad = 0;
  const auto send = [&](bool keeps) {
    std::unique_ptr<Client> client;
    while (!stop) {
      if (!client) client = std::make_unique<Client>(systemd.port);
      const Answer answer = client->ask(signed_post("x"));
      (answer.status == 200 ? good : bad)++;
      if (!keeps || answer.header("Connection") == "close") client.reset();
    }
  };
  std::vector<std::thread> load;
  for (int i = 0; i < 6; ++i) load.emplace_back(send, i % 2 == 0);
  for (int restart = 0; restart < 10; ++restart) {
    IntakeServer server(systemd.options());
    const int before = good;
    EXPECT_TRUE(eventually([&] { return good > before + 20; }, seconds(60)));
    if (restart == 9) {
      stop = true;
      for (std::thread& each : load) each.join();
    }
    server.drain(farewell);
    EXPECT_TRUE(server.wait_drained(seconds(60)));
  }
  EXPECT_EQ(bad, 0);
}

}  // namespace
}  // namespace calsync::test
