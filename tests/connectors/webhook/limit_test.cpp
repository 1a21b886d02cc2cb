#include "intake_server.hpp"
#include "state/base/log.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <unistd.h>

namespace calsync::test {
namespace {

using std::chrono::milliseconds;
using Clients = std::vector<std::unique_ptr<Client>>;

ListenerOptions at_most(std::size_t connections) {
  ListenerOptions options;
  options.limits.connections = connections;
  options.limits.silent_when_full = milliseconds(100);
  return options;
}

TEST(Limit, AnIdleConnectionMakesRoomAndTheLongestIdleGoesFirst) {
  IntakeServer server(at_most(3));
  Clients idle;
  for (int i = 0; i < 3; ++i) {
    idle.push_back(std::make_unique<Client>(server.port()));
    ASSERT_EQ(idle.back()->ask(signed_post("x")).status, 200u);
  }
  EXPECT_EQ(idle[0]->ask(signed_post("x")).status, 200u);  // so [1] is now the longest idle
  Client late(server.port());
  EXPECT_EQ(late.ask(signed_post("x")).status, 200u);
  EXPECT_TRUE(idle[1]->closed());
  EXPECT_EQ(idle[0]->ask(signed_post("x")).status, 200u);
  EXPECT_EQ(idle[2]->ask(signed_post("x")).status, 200u);
  EXPECT_EQ(server.metric("calsync_intake_connections_shed_total{reason=\"idle\"}"), 1);
}

TEST(Limit, AnIdleConnectionStaysWhileNobodyNeedsItsPlace) {
  IntakeServer server(at_most(1));
  Client only(server.port());
  ASSERT_EQ(only.ask(signed_post("x")).status, 200u);
  EXPECT_TRUE(eventually([&] { return server.metric("calsync_intake_connections ") == 1; }));
  EXPECT_EQ(only.ask(signed_post("x")).status, 200u);
  EXPECT_EQ(server.metric("calsync_intake_connections_shed_total{reason=\"idle\"}"), 0);
}

TEST(Limit, SilentClientsThatHoldAllPlacesMakeRoom) {
  IntakeServer server(at_most(4));
  Clients silent;
  for (int i = 0; i < 4; ++i) {
    silent.push_back(std::make_unique<Client>(server.port()));
    silent.back()->send("POST /hooks");
  }
  EXPECT_EQ(Client(server.port()).ask(signed_post("x")).status, 200u);
  EXPECT_GE(server.metric("calsync_intake_connections_shed_total{reason=\"silent\"}"), 1);
}

TEST(Limit, BodiesThatCrawlAndHoldAllPlacesMakeRoomAndQuickOnesDoNot) {
  ListenerOptions options = at_most(2);
  options.limits.body_bytes_per_second = 50'000;
  IntakeServer server(std::move(options));
  const std::string large = signed_post(std::string(500'000, 'x'));
  Client quick(server.port()), slow(server.port());
  quick.send(large.substr(0, large.size() - 1));  // enough for ten seconds
  slow.send(large.substr(0, large.size() - 499'000));
  ASSERT_TRUE(eventually([&] { return server.metric("calsync_intake_body_bytes ") >= 1'000'000; }));
  EXPECT_EQ(Client(server.port()).ask(signed_post("y")).status, 200u);
  EXPECT_EQ(server.metric("calsync_intake_connections_shed_total{reason=\"silent\"}"), 1);
  EXPECT_TRUE(slow.closed());
  quick.send(large.substr(large.size() - 1));
  EXPECT_EQ(quick.read().status, 200u);
}

TEST(Limit, WhoIsBeingServedIsNotShedAndTheNextWaits) {
  std::mutex mutex;
  std::vector<std::function<void(Result<Accepted>)>> waiting;
  const auto count = [&] {
    const std::lock_guard lock(mutex);
    return waiting.size();
  };
  IntakeServer server(at_most(2), [&](RawDelivery, std::function<void(Result<Accepted>)> done) {
    const std::lock_guard lock(mutex);
    waiting.push_back(std::move(done));
  });
  Client first(server.port()), second(server.port()), third(server.port());
  first.send(signed_post("x", "/hooks/main", "Connection: close\r\n"));
  second.send(signed_post("x", "/hooks/main", "Connection: close\r\n"));
  ASSERT_TRUE(eventually([&] { return count() == 2; }));
  third.send(signed_post("x"));
  ASSERT_TRUE(eventually([&] { return server.metric("calsync_intake_accept_pauses_total") > 0; }));
  EXPECT_EQ(count(), 2u);
  waiting[0](Accepted{RawSequence(1)});
  EXPECT_EQ(first.read().status, 200u);
  EXPECT_TRUE(first.closed());
  ASSERT_TRUE(eventually([&] { return count() == 3; }));
  waiting[1](Accepted{RawSequence(2)});
  waiting[2](Accepted{RawSequence(3)});
  EXPECT_EQ(second.read().body, "{\"sequence\":2}");
  EXPECT_EQ(third.read().body, "{\"sequence\":3}");
}

TEST(Limit, OutOfDescriptorsWhoWaitsBetweenRequestsMakesRoom) {
  IntakeServer server;
  Client idle(server.port());
  ASSERT_EQ(idle.ask(signed_post("x")).status, 200u);
  // UBSan looks through a pipe at an object whose type it meets for the first time: not when there is none to be had.
  log::info("descriptors run out");
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const int last = ::dup(0);  // the lowest that is free: the next client's own, and then there is none
  ::close(last);
  const rlimit tight{static_cast<rlim_t>(last) + 1, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &tight), 0);
  Client next(server.port());
  const unsigned status = next.ask(signed_post("y")).status;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_EQ(status, 200u);
  EXPECT_TRUE(idle.closed());
}

TEST(Limit, LoopbackHasNoLimitPerAddress) {
  ListenerOptions options;
  options.limits.connections_per_address = 2;
  IntakeServer server(std::move(options));
  Clients many;
  for (int i = 0; i < 10; ++i) {
    many.push_back(std::make_unique<Client>(server.port()));
    EXPECT_EQ(many.back()->ask(signed_post("x")).status, 200u);
  }
}

TEST(Limit, LargeBodiesTogetherStayBelowTheLimitAndUsualOnesStillPass) {
  ListenerOptions options;
  options.limits.connections = 8;
  options.limits.body_bytes = 256 * 1024;
  options.limits.body_bytes_in_flight = 8 * 16 * 1024 + 256 * 1024;  // 256 kB beyond the small buffers
  options.limits.room = milliseconds(100);
  IntakeServer server(std::move(options));
  const std::string large = signed_post(std::string(200 * 1024, 'x'));
  Client holds(server.port());
  holds.send(large.substr(0, large.size() - 1));
  Client refused(server.port());
  EXPECT_TRUE(eventually(
      [&] { return Client(server.port()).ask(signed_post(std::string(150 * 1024, 'y'))).status == 503; }));
  EXPECT_EQ(Client(server.port()).ask(signed_post(std::string(8'000, 'z'))).status, 200u);
  holds.send(large.substr(large.size() - 1));
  EXPECT_EQ(holds.read().status, 200u);
  EXPECT_EQ(Client(server.port()).ask(signed_post(std::string(150 * 1024, 'y'))).status, 200u)
      << "given back";
}

TEST(Limit, GaugesReturnToZero) {
  IntakeServer server;
  for (const std::string& bytes :
       {signed_post("x"), signed_post(std::string(100'000, 'x')), std::string("nonsense\n"),
        signed_post("x").substr(0, 100), signed_post(std::string(50'000, 'x')).substr(0, 40'000)}) {
    Client client(server.port());
    client.send(bytes);
    client.half_close();
    EXPECT_TRUE(client.read().status != 0 || client.closed());
  }
  EXPECT_TRUE(eventually([&] { return server.metric("calsync_intake_connections ") == 0; }));
  EXPECT_EQ(server.metric("calsync_intake_body_bytes "), 0);
  EXPECT_EQ(server.metric("calsync_intake_requests_total{outcome=\"gone\"}"), 2);
}

}  // namespace
}  // namespace calsync::test
