// What the sink says, and when: no 200 without it, no refusal before the time to wait is over.
#include "intake_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace calsync::test {
namespace {

using Done = std::function<void(Result<Accepted>)>;

struct Held {  // answers when the test says so
  std::mutex mutex;
  std::vector<std::pair<RawDelivery, Done>> waiting;
  DeliverySink sink() {
    return [this](RawDelivery delivery, Done done) {
      const std::lock_guard lock(mutex);
      waiting.emplace_back(std::move(delivery), std::move(done));
    };
  }
  std::size_t count() {
    const std::lock_guard lock(mutex);
    return waiting.size();
  }
  std::vector<std::pair<RawDelivery, Done>> take() {
    const std::lock_guard lock(mutex);
    return std::exchange(waiting, {});
  }
};

TEST(Sink, NoAnswerGoesOutBeforeTheSinkHasAnswered) {
  Held held;
  IntakeServer server({}, held.sink());
  Client client(server.port());
  client.send(signed_post("x"));
  ASSERT_TRUE(eventually([&] { return held.count() == 1; }));
  EXPECT_EQ(server.metric("calsync_intake_requests_total{outcome=\"accepted\"}"), 0);
  held.take().front().second(Accepted{RawSequence(5)});
  EXPECT_EQ(client.read().body, "{\"sequence\":5}");
}

TEST(Sink, AnswersFromManyThreadsFindTheirConnections) {
  Held held;
  IntakeServer server({}, held.sink());
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 50; ++i) {
    clients.push_back(std::make_unique<Client>(server.port()));
    clients.back()->send(signed_post(std::to_string(i)));
  }
  ASSERT_TRUE(eventually([&] { return held.count() == 50; }));
  auto all = held.take();
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < 2; ++t)
    threads.emplace_back([&, t] {
      for (std::size_t i = t; i < all.size(); i += 2)
        all[i].second(Accepted{RawSequence(1000 + std::stoull(all[i].first.body))});
    });
  for (auto& thread : threads) thread.join();
  for (std::size_t i = 0; i < clients.size(); ++i)
    EXPECT_EQ(clients[i]->read().body, "{\"sequence\":" + std::to_string(1000 + i) + "}");
}

TEST(Sink, AFullOneIsOfferedTheSameBytesAgainUntilThereIsRoom) {
  std::atomic<int> tries = 0;
  std::string seen;
  IntakeServer server({}, [&](RawDelivery delivery, const Done& done) {
    seen += delivery.body;
    if (++tries < 4) return done(Error{Errc::unavailable, "full"});
    done(Accepted{RawSequence(1)});
  });
  EXPECT_EQ(Client(server.port()).ask(signed_post("abc")).status, 200u);
  EXPECT_EQ(tries, 4);
  EXPECT_EQ(seen, "abcabcabcabc");
}

TEST(Sink, OneThatStaysFullGives503AfterTheTimeToWait) {
  ListenerOptions options;
  options.limits.room = std::chrono::milliseconds(150);
  IntakeServer server(std::move(options), [](RawDelivery, const Done& done) {
    done(Error{Errc::unavailable, "full"});
  });
  Client client(server.port());
  const auto before = std::chrono::steady_clock::now();
  const Answer answer = client.ask(signed_post("x"));
  EXPECT_GE(std::chrono::steady_clock::now() - before, std::chrono::milliseconds(150));
  EXPECT_EQ(answer.status, 503u);
  EXPECT_EQ(answer.header("Retry-After"), "2");
  EXPECT_TRUE(client.closed());
  EXPECT_EQ(server.metric("calsync_intake_requests_total{outcome=\"full\"}"), 1);
}

TEST(Sink, ALogThatCannotBeWrittenGives503AtOnce) {
  for (const Errc code : {Errc::disk_full, Errc::io, Errc::corrupt}) {
    IntakeServer server({}, [&](RawDelivery, const Done& done) { done(Error{code, "a secret detail"}); });
    const Answer answer = Client(server.port()).ask(signed_post("x"));
    EXPECT_EQ(answer.status, 503u);
    EXPECT_EQ(answer.header("Retry-After"), "10");
    EXPECT_THAT(answer.body, testing::Not(testing::HasSubstr("detail")));
    EXPECT_EQ(server.metric("calsync_intake_requests_total{outcome=\"unwritable\"}"), 1);
  }
}

TEST(Sink, MayAnswerAfterTheListenerIsGone) {
  Held held;
  {
    IntakeServer server({}, held.sink());
    Client client(server.port());
    client.send(signed_post("x"));
    ASSERT_TRUE(eventually([&] { return held.count() == 1; }));
    server.destroy();
  }
  held.take().front().second(Accepted{RawSequence(1)});
}

TEST(Sink, AClientThatLeavesWhileItWaitsHarmsNobody) {
  Held held;
  IntakeServer server({}, held.sink());
  {
    Client client(server.port());
    client.send(signed_post("x"));
    ASSERT_TRUE(eventually([&] { return held.count() == 1; }));
  }
  held.take().front().second(Accepted{RawSequence(1)});
  EXPECT_TRUE(eventually([&] { return server.metric("calsync_intake_connections ") == 0; }));
}

}  // namespace
}  // namespace calsync::test
