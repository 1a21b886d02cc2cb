#include "intake_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace calsync::test {
namespace {

const std::string body = R"({"triggerEvent":"BOOKING_CREATED"})";

std::string with_fields(const std::string& fields) {
  return "POST /hooks/main HTTP/1.1\r\nHost: h\r\n" + fields +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}
std::string with(const std::string& value) {
  return with_fields("X-Cal-Signature-256: " + value + "\r\n");
}
std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

struct Case {
  const char* story;
  unsigned status;
  std::string bytes;
};

const std::vector<Case>& cases() {
  static const std::string good = sign(body);
  static std::string last_digit_wrong = good;
  last_digit_wrong.back() = good.back() == '0' ? '1' : '0';
  static const std::vector<Case> all{
      {"lower case", 200, with(good)},
      {"upper case: hex digits all the same", 200, with(upper(good))},
      {"space around the value", 200, with("  " + good + "  ")},
      {"the name in lower case", 200, with_fields("x-cal-signature-256: " + good + "\r\n")},
      {"what Cal.com sends without a secret", 401, with("no-secret-provided")},
      {"missing", 401, with_fields("")},
      {"empty", 401, with("")},
      {"63 digits", 401, with(good.substr(1))},
      {"65 digits", 401, with(good + "0")},
      {"twice as long", 401, with(good + good)},
      {"prefixed as GitHub does", 401, with("sha256=" + good)},
      {"prefixed with 0x", 401, with("0x" + good)},
      {"64 characters that are no hex", 401, with(std::string(64, 'g'))},
      {"one digit no hex", 401, with("z" + good.substr(1))},
      {"a wrong last digit", 401, with(last_digit_wrong)},
      {"another body", 401, with(sign(body + " "))},
      {"another secret", 401, with(sign(body, "another"))},
      {"an empty secret", 401, with(sign(body, ""))},
      {"the words for no secret as the secret", 401, with(sign(body, "no-secret-provided"))},
      {"all zero", 401, with(std::string(64, '0'))},
      {"in quotes", 401, with('"' + good + '"')},
      {"two values in one field", 401, with(good + "," + good)},
      {"twice, both good", 401,
       with_fields("X-Cal-Signature-256: " + good + "\r\nX-Cal-Signature-256: " + good + "\r\n")},
      {"twice, the second good", 401,
       with_fields("X-Cal-Signature-256: x\r\nX-Cal-Signature-256: " + good + "\r\n")},
      {"under another name", 401, with_fields("X-Cal-Signature: " + good + "\r\n")},
  };
  return all;
}

TEST(Signature, DecidesAsTheTableSaysAndTellsNothing) {
  for (const Case& c : cases()) {
    SCOPED_TRACE(c.story);
    IntakeServer server;
    Client client(server.port());
    const Answer answer = client.ask(c.bytes);
    EXPECT_EQ(answer.status, c.status);
    EXPECT_EQ(server.delivered(), c.status == 200 ? 1u : 0u);
    if (c.status != 401) continue;
    EXPECT_EQ(answer.body, "the signature is missing or wrong\n") << "the same text whatever failed";
    EXPECT_TRUE(client.closed());
    EXPECT_EQ(server.metric("calsync_intake_bad_signatures_total{source=\"main\"}"), 1);
  }
}

TEST(Signature, TakesEverySecretOfASourceAndNoneOfAnother) {
  ListenerOptions options;
  const std::string umlauts = "p\xc3\xa4ss \xf0\x9f\x97\x9d w\xc3\xb6rd";
  const std::string binary("\0\x01\xff", 3);
  const std::string longer_than_a_block(200, 'k');
  options.sources = {{SourceId("main"), {Secret(umlauts), Secret(binary), Secret(longer_than_a_block)}},
                     {SourceId("other"), {Secret("other")}}};
  IntakeServer server(std::move(options));
  for (const std::string& each : {umlauts, binary, longer_than_a_block})
    EXPECT_EQ(Client(server.port()).ask(with(sign(body, each))).status, 200u);
  EXPECT_EQ(Client(server.port()).ask(with(sign(body, "other"))).status, 401u);
}

TEST(Signature, ReloadChangesSecretsWithoutLosingAConnection) {
  IntakeServer server;
  Client client(server.port());
  EXPECT_EQ(client.ask(with(sign(body))).status, 200u);
  server.on_loop([&] {
    EXPECT_TRUE(
        server.listener().reload({{SourceId("main"), {Secret("new")}}, {SourceId("added"), {Secret("a")}}}));
  });
  EXPECT_EQ(client.ask(with(sign(body, "new"))).status, 200u);
  EXPECT_EQ(client.ask(with(sign(body))).status, 401u);
}

TEST(Signature, AReloadThatCannotBeTakenChangesNothing) {
  IntakeServer server;
  server.on_loop([&] {
    const auto refused = server.listener().reload({{SourceId("main"), {Secret("new")}}, {SourceId("x"), {}}});
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().text(), testing::HasSubstr("source x"));
  });
  EXPECT_EQ(Client(server.port()).ask(with(sign(body))).status, 200u);
}

TEST(Signature, AClientWithTooManyBadOnesIsThrottledButNotItsGoodRequests) {
  ListenerOptions options;
  options.trusted_proxies = {"127.0.0.1"};
  options.limits.bad_signatures = 3;
  IntakeServer server(std::move(options));
  const auto from = [&](const char* hops, const std::string& signature) {
    return Client(server.port())
        .ask(with_fields(std::string("X-Forwarded-For: ") + hops + "\r\nX-Cal-Signature-256: " + signature +
                         "\r\n"));
  };
  const std::string wrong(64, '0');
  for (int i = 0; i < 3; ++i) EXPECT_EQ(from("192.0.2.7", wrong).status, 401u);
  const Answer throttled = from("192.0.2.7", wrong);
  EXPECT_EQ(throttled.status, 429u);
  EXPECT_EQ(throttled.header("Retry-After"), "60");
  EXPECT_EQ(from("192.0.2.7", "no-secret-provided").status, 429u) << "not even read";
  EXPECT_EQ(from("192.0.2.7", sign(body)).status, 200u) << "Cal.com's addresses are shared";
  EXPECT_EQ(from("192.0.2.8", wrong).status, 401u) << "another client";
  EXPECT_EQ(from("198.51.100.1, 192.0.2.7", wrong).status, 429u)
      << "what the client says before it is not believed";
  EXPECT_EQ(server.metric("calsync_intake_requests_total{outcome=\"throttled\"}"), 3);
}

TEST(Signature, LoopbackIsNotThrottledAndTheForwardedFieldOfAStrangerIsIgnored) {
  ListenerOptions options;
  options.limits.bad_signatures = 2;
  IntakeServer server(std::move(options));
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(Client(server.port()).ask(with_fields("X-Forwarded-For: 192.0.2.7\r\n")).status, 401u);
}

}  // namespace
}  // namespace calsync::test
