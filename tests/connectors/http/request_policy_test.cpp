// The pure decision, bytes in and decision out. What whole connections do with it: tests/connectors/webhook.
#include "connectors/http/request_policy.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace calsync {
namespace {

const RequestRules rules;

std::string head(const std::string& line, const std::string& fields) {
  return line + "\r\n" + fields + "\r\n";
}
std::string post(const std::string& fields) {
  return head("POST /hooks/main?x=1 HTTP/1.1", fields);
}

TEST(RequestPolicy, ReadsAGoodHead) {
  const std::string bytes =
      post("Host: [::1]:8787\r\nX-A:  b \r\nContent-Length: 1048576\r\nExpect: 100-continue\r\n");
  RequestHead out;
  ASSERT_FALSE(judge_request(bytes, rules, out));
  EXPECT_EQ(out.path, "/hooks/main");
  EXPECT_EQ(out.query, "x=1");
  EXPECT_EQ(out.content_length, 1048576u);
  EXPECT_TRUE(out.keep_alive);
  EXPECT_TRUE(out.expects_continue);
  ASSERT_EQ(out.field_count, 4u);
  EXPECT_EQ(out.fields[1].name, "X-A");
  EXPECT_EQ(out.fields[1].value, "b");
}

TEST(RequestPolicy, AnOldHeadDoesNotShineThrough) {
  RequestHead out;
  ASSERT_FALSE(
      judge_request(post("Host: h\r\nContent-Length: 5\r\nX-A: 1\r\nExpect: 100-continue\r\n"), rules, out));
  ASSERT_FALSE(judge_request(head("POST / HTTP/1.0", "Host: h\r\nContent-Length: 0\r\n"), rules, out));
  EXPECT_EQ(out.field_count, 2u);
  EXPECT_EQ(out.content_length, 0u);
  EXPECT_TRUE(out.query.empty());
  EXPECT_FALSE(out.keep_alive);
  EXPECT_FALSE(out.expects_continue);
}

TEST(RequestPolicy, KeepsAConnectionAsTheClientWishes) {
  const auto keeps = [](const std::string& version, const std::string& field) {
    RequestHead out;
    EXPECT_FALSE(
        judge_request(head("POST / " + version, "Host: h\r\nContent-Length: 0\r\n" + field), rules, out));
    return out.keep_alive;
  };
  EXPECT_TRUE(keeps("HTTP/1.1", ""));
  EXPECT_TRUE(keeps("HTTP/1.1", "Connection: keep-alive\r\n"));
  EXPECT_FALSE(keeps("HTTP/1.1", "Connection: close\r\n"));
  EXPECT_FALSE(keeps("HTTP/1.1", "Connection: x, Close\r\n"));
  EXPECT_FALSE(keeps("HTTP/1.0", ""));
  EXPECT_FALSE(keeps("HTTP/1.0", "Connection: keep-alive\r\n"));
}

struct Case {
  unsigned status;
  std::string bytes;
};

TEST(RequestPolicy, RefusesWithTheRightStatus) {
  const std::string good = "Host: h\r\nContent-Length: 2\r\n";
  const Case cases[] = {
      {405, head("GET / HTTP/1.1", good)},
      {505, head("POST / HTTP/3.0", good)},
      {400, head("POST http://h/ HTTP/1.1", good)},
      {400, head("POST * HTTP/1.1", good)},
      {414, head("POST /" + std::string(1024, 'x') + " HTTP/1.1", good)},
      {400, post("Content-Length: 2\r\n")},
      {400, post(good + "Host: h\r\n")},
      {400, post(good + "X: 1\r\n 2\r\n")},
      {400, post(good + "X: 1\r2\r\n")},
      {400, post(good + "X : 1\r\n")},
      {400, post(good + "Transfer-Encoding: chunked\r\n")},
      {400, post(good + "Transfer-Encoding: xchunked\r\n")},
      {400, post(good + "Content-Encoding: gzip\r\n")},
      {400, post(good + "Upgrade: h2c\r\n")},
      {400, post(good + "Expect: x\r\n")},
      {411, post("Host: h\r\n")},
      {400, post(good + "Content-Length: 2\r\n")},
      {400, post("Host: h\r\nContent-Length: 02\r\n")},
      {413, post("Host: h\r\nContent-Length: 1048577\r\n")},
      {413, post("Host: h\r\nContent-Length: 18446744073709551615\r\n")},
      {400, ""},
      {400, "\r\n"},
      {400, "POST / HTTP/1.1\r\n"},
      {400, post(good) + "x"},
  };
  for (const Case& c : cases) {
    RequestHead out;
    const auto refusal = judge_request(c.bytes, rules, out);
    ASSERT_TRUE(refusal) << c.bytes;
    EXPECT_EQ(refusal->status, c.status) << c.bytes << refusal->reason;
  }
}

TEST(HeadEnd, IsFoundInPiecesWhereItIsFoundInOne) {
  const std::string bytes = post("Host: h\r\nContent-Length: 2\r\n") + "{}";
  const HeadEnd at_once = find_head_end(bytes, 0, rules);
  EXPECT_EQ(at_once.size, bytes.size() - 2);
  for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
    const HeadEnd first = find_head_end(std::string_view(bytes).substr(0, cut), 0, rules);
    ASSERT_FALSE(first.refusal);
    const HeadEnd second = first.size != 0 ? first : find_head_end(bytes, first.scanned, rules);
    EXPECT_EQ(second.size, at_once.size) << "cut at " << cut;
  }
}

TEST(HeadEnd, RefusesEarlyWhatCannotBecomeAHead) {
  for (const char* bytes :
       {"\r", "\n", "\x16\x03", " P", "POST / HTTP/1.1\n", "POST / HTTP/1.1\r\nA: b\n", "P\n"})
    EXPECT_TRUE(find_head_end(bytes, 0, rules).refusal) << bytes;
  EXPECT_EQ(find_head_end(std::string(8192, 'x'), 0, rules).refusal->status, 431u);
  EXPECT_FALSE(find_head_end(std::string(8191, 'x'), 8000, rules).refusal);
  EXPECT_EQ(find_head_end("", 0, rules).size, 0u);
}

// Random damage to good heads: never a crash, and what passes has what the rest of the intake relies on.
TEST(RequestPolicy, HoldsItsPromisesForDamagedHeads) {
  std::mt19937 random(7);
  const std::string good = post(
      "Host: h\r\nContent-Type: application/json\r\nX-Cal-Signature-256: 00\r\nContent-Length: 23\r\n"
      "Connection: keep-alive\r\nExpect: 100-continue\r\nTransfer-Encodin: chunked\r\n");
  static constexpr std::string_view bytes_that_matter("\r\n\t :,;/#?0159gTx\0\x7f\x80", 21);
  std::size_t passed = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = good;
    for (std::size_t changes = random() % 4; changes > 0; --changes) {
      const std::size_t at = random() % bytes.size();
      const char with = bytes_that_matter[random() % bytes_that_matter.size()];
      switch (random() % 3) {
        case 0:
          bytes[at] = with;
          break;
        case 1:
          bytes.insert(at, 1, with);
          break;
        default:
          bytes.erase(at, 1);
          break;
      }
    }
    const HeadEnd end = find_head_end(bytes, 0, rules);
    if (end.refusal || end.size == 0) continue;
    RequestHead out;
    if (judge_request(std::string_view(bytes).substr(0, end.size), rules, out)) continue;
    ++passed;
    ASSERT_TRUE(out.path.starts_with('/'));
    ASSERT_LE(out.content_length, rules.body_bytes_max);
    for (const RequestField& field : out.all()) {
      ASSERT_FALSE(same_field_name(field.name, "Transfer-Encoding"));
      ASSERT_EQ(field.value.find_first_of(std::string_view("\r\n\0", 3)), std::string_view::npos);
    }
  }
  EXPECT_GT(passed, 4'000u);
}

}  // namespace
}  // namespace calsync
