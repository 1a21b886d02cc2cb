// Pure rules of the intake: throttling, answers, memory.
#include "connectors/webhook/bad_signatures.hpp"
#include "connectors/webhook/body_buffer.hpp"
#include "connectors/webhook/outcome.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace calsync {
namespace {

using std::chrono::seconds;
const BadSignatures::Time start{std::chrono::hours(1)};
ClientKey client(unsigned n) {
  return client_key(boost::asio::ip::make_address_v4(n));
}

TEST(BadSignatures, BlockAfterTwentyInAMinuteForAMinute) {
  BadSignatures bad({});
  for (int i = 0; i < 19; ++i) bad.add(client(1), start + seconds(i));
  EXPECT_FALSE(bad.blocked(client(1), start + seconds(20)));
  bad.add(client(1), start + seconds(20));
  EXPECT_TRUE(bad.blocked(client(1), start + seconds(79)));
  EXPECT_FALSE(bad.blocked(client(1), start + seconds(80)));
  EXPECT_FALSE(bad.blocked(client(2), start + seconds(20)));
}

TEST(BadSignatures, DoNotBlockAFewPerMinuteForever) {
  BadSignatures bad({});
  for (int i = 0; i < 200; ++i) {
    bad.add(client(1), start + seconds(i * 4));  // 15 a minute
    EXPECT_FALSE(bad.blocked(client(1), start + seconds(i * 4)));
  }
}

TEST(BadSignatures, TakeNoMoreMemoryWhoeverSends) {
  BadSignatures bad({.clients_max = 100});
  for (unsigned i = 0; i < 10'000; ++i) bad.add(client(i), start);
  EXPECT_LE(bad.clients(), 100u);
}

TEST(Outcome, EachHasItsOwnNameInTheMetrics) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < intake_outcomes; ++i) names.insert(to_text(static_cast<IntakeOutcome>(i)));
  EXPECT_EQ(names.size(), intake_outcomes);
}

TEST(Answer, IsWellFormed) {
  std::string out;
  write_accepted(out, RawSequence(18446744073709551615U), "D", true);
  EXPECT_EQ(out,
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nDate: D\r\nKeep-Alive: timeout=4\r\n"
            "Content-Length: 33\r\n\r\n"
            "{\"sequence\":18446744073709551615}");
  out.clear();
  write_refusal(out, {503, "full"}, "D", seconds(2));
  EXPECT_EQ(out,
            "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\nDate: D\r\nConnection: close\r\n"
            "Retry-After: 2\r\nContent-Length: 5\r\n\r\nfull\n");
  out.clear();
  write_refusal(out, bad_signature_refusal, "D");
  EXPECT_THAT(out, testing::HasSubstr("WWW-Authenticate: ")) << "RFC 9110 §15.5.2";
}

TEST(Answer, HasTheDateInTheOnlyFormThatMayBeSent) {
  EXPECT_EQ(http_date(*parse_instant("1994-11-06T08:49:37.500Z")), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(http_date(*parse_instant("2026-02-28T23:59:59Z")), "Sat, 28 Feb 2026 23:59:59 GMT");
}

TEST(BodyBudget, NeverGivesMoreThanItHas) {
  BodyBudget budget{.limit = 10};
  EXPECT_TRUE(budget.take(10));
  EXPECT_FALSE(budget.take(1));
  budget.give(4);
  EXPECT_FALSE(budget.take(5));
  EXPECT_TRUE(budget.take(4));
}

}  // namespace
}  // namespace calsync
