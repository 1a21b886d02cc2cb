// What F14's families do to us: exact status, the connection ends, nothing reaches the sink (P2, P24).
#include "intake_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace calsync::test {
namespace {

const std::string body = R"({"triggerEvent":"PING"})";
const std::string signature = "X-Cal-Signature-256: " + sign(body) + "\r\n";
const std::string length = "Content-Length: " + std::to_string(body.size()) + "\r\n";
const std::string host = "Host: h\r\n";

std::string request(const std::string& line, const std::string& fields) {
  return line + "\r\n" + fields + "\r\n" + body;
}
std::string post(const std::string& fields) {
  return request("POST /hooks/main HTTP/1.1", fields);
}
std::string good_with(const std::string& fields) {
  return post(host + signature + length + fields);
}
std::string target(const std::string& text) {
  return request("POST " + text + " HTTP/1.1", host + signature + length);
}
std::string line(const std::string& text) {
  return request(text, host + signature + length);
}
std::string lengths(const std::string& fields) {
  return post(host + signature + fields);
}
std::string many_fields(int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += "X-Field-" + std::to_string(i) + ": x\r\n";
  return out;
}

struct Case {
  const char* story;
  unsigned status;
  std::string bytes;
};
void PrintTo(const Case& c, std::ostream* out) {
  *out << c.story;
}

const std::vector<Case>& cases() {
  static const std::vector<Case> all{
      {"another method", 405, line("GET /hooks/main HTTP/1.1")},
      {"PUT", 405, line("PUT /hooks/main HTTP/1.1")},
      {"HEAD, whose answer has no content", 405, line("HEAD /hooks/main HTTP/1.1")},
      {"OPTIONS", 405, line("OPTIONS /hooks/main HTTP/1.1")},
      {"a method in lower case", 405, line("post /hooks/main HTTP/1.1")},
      {"an invented method", 405, line("POSTT /hooks/main HTTP/1.1")},
      {"CONNECT, with an authority", 405, line("CONNECT h:443 HTTP/1.1")},
      {"the preface of HTTP/2", 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
      {"the hello of TLS", 400, std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11)},
      {"an empty line first", 400, "\r\n" + good_with("")},
      {"a space first", 400, " " + good_with("")},
      {"no version", 400, line("POST /hooks/main")},
      {"HTTP/0.9", 505, line("POST /hooks/main HTTP/0.9")},
      {"HTTP/2.0", 505, line("POST /hooks/main HTTP/2.0")},
      {"HTTP/1.2", 505, line("POST /hooks/main HTTP/1.2")},
      {"http in lower case", 400, line("POST /hooks/main http/1.1")},
      {"two spaces before the target", 400, line("POST  /hooks/main HTTP/1.1")},
      {"two spaces before the version", 400, line("POST /hooks/main  HTTP/1.1")},
      {"a tab instead of a space", 400, line("POST\t/hooks/main HTTP/1.1")},
      {"a space after the version", 400, line("POST /hooks/main HTTP/1.1 ")},
      {"bare line feeds", 400, "POST /hooks/main HTTP/1.1\nHost: h\n\n"},
      {"one bare line feed", 400, post(host + "X-A: 1\n" + signature + length)},
      {"a bare carriage return", 400, good_with("X-A: 1\rX-B: 2\r\n")},
      {"two carriage returns", 400, good_with("X-A: 1\r\r\n")},
      {"a NUL in a field", 400, good_with(std::string("X-A: a\0b\r\n", 10))},
      {"a NUL in the target", 400, target(std::string("/hooks/main\0", 12))},
      {"a bell in a field", 400, good_with("X-A: \a\r\n")},
      {"a DEL in a field", 400, good_with("X-A: \x7f\r\n")},
      {"a folded field", 400, good_with("X-A: 1\r\n 2\r\n")},
      {"a field folded with a tab", 400, good_with("X-A: 1\r\n\t2\r\n")},
      {"a folded first field", 400, post(" X: 1\r\n" + host + signature + length)},
      {"a folded signature", 400, post(host + length + "X-Cal-Signature-256:\r\n " + sign(body) + "\r\n")},
      {"a field without a colon", 400, good_with("X-A\r\n")},
      {"a field without a name", 400, good_with(": x\r\n")},
      {"a space before the colon", 400, good_with("X-A : 1\r\n")},
      {"a space in a name", 400, good_with("X A: 1\r\n")},
      {"a byte above 127 in a name", 400, good_with("X-\xc3\xa4: 1\r\n")},
      {"a space before the colon of Content-Length", 400, lengths("Content-Length : 23\r\n")},
      {"no Host", 400, post(signature + length)},
      {"two Hosts", 400, good_with(host)},
      {"two Hosts that differ", 400, good_with("Host: other\r\n")},
      {"an empty Host", 400, post("Host: \r\n" + signature + length)},
      {"a Host with a path", 400, post("Host: h/x\r\n" + signature + length)},
      {"a Host with user information", 400, post("Host: u@h\r\n" + signature + length)},
      {"a Host with a space", 400, post("Host: a b\r\n" + signature + length)},
      {"absolute form", 400, target("http://h/hooks/main")},
      {"asterisk form", 400, target("*")},
      {"authority form", 400, target("h:80")},
      {"a target without a slash", 400, target("hooks/main")},
      {"a fragment", 400, target("/hooks/main#x")},
      {"a backslash", 400, target("/hooks\\main")},
      {"a byte above 127 in the target", 400, target("/hooks/m\xc3\xa4in")},
      {"a target of more than 1 KiB", 414, target("/hooks/main?" + std::string(1024, 'x'))},
      {"a path that is none of ours", 404, target("/")},
      {"the folder of the hooks", 404, target("/hooks/")},
      {"an unknown source", 404, target("/hooks/other")},
      {"a source in another case", 404, target("/hooks/Main")},
      {"a slash at the end", 404, target("/hooks/main/")},
      {"two slashes", 404, target("//hooks/main")},
      {"dots", 404, target("/hooks/../hooks/main")},
      {"an encoded source", 404, target("/hooks/m%61in")},
      {"what is reserved for the push hook", 404, target("/hooks/git/config")},
      {"no Content-Length", 411, lengths("")},
      {"two lengths, the same", 400, lengths(length + length)},
      {"two lengths that differ", 400, lengths(length + "Content-Length: 5\r\n")},
      {"a list of lengths", 400, lengths("Content-Length: 23, 23\r\n")},
      {"a length with a sign", 400, lengths("Content-Length: +23\r\n")},
      {"a negative length", 400, lengths("Content-Length: -1\r\n")},
      {"a hexadecimal length", 400, lengths("Content-Length: 0x17\r\n")},
      {"a length that is octal to some", 400, lengths("Content-Length: 023\r\n")},
      {"a length with a fraction", 400, lengths("Content-Length: 23.0\r\n")},
      {"an empty length", 400, lengths("Content-Length: \r\n")},
      {"a length of 1 MiB and one", 413, lengths("Content-Length: 1048577\r\n")},
      {"a length of 2^63", 413, lengths("Content-Length: 9223372036854775808\r\n")},
      {"Transfer-Encoding: chunked", 400, lengths("Transfer-Encoding: chunked\r\n")},
      {"chunked and a length", 400, good_with("Transfer-Encoding: chunked\r\n")},
      {"a length and chunked, the other way round", 400, lengths("Transfer-Encoding: chunked\r\n" + length)},
      {"Transfer-Encoding: xchunked", 400, lengths("Transfer-Encoding: xchunked\r\n")},
      {"Transfer-Encoding: gzip, chunked", 400, lengths("Transfer-Encoding: gzip, chunked\r\n")},
      {"Transfer-Encoding: identity", 400, good_with("Transfer-Encoding: identity\r\n")},
      {"Transfer-Encoding in capitals", 400, good_with("TRANSFER-ENCODING: CHUNKED\r\n")},
      {"an empty Transfer-Encoding", 400, good_with("Transfer-Encoding:\r\n")},
      {"Content-Encoding: gzip", 400, good_with("Content-Encoding: gzip\r\n")},
      {"Content-Encoding: identity", 400, good_with("Content-Encoding: identity\r\n")},
      {"Upgrade: h2c", 400, good_with("Connection: Upgrade\r\nUpgrade: h2c\r\n")},
      {"Upgrade: websocket", 400, good_with("Upgrade: websocket\r\n")},
      {"another expectation", 400, good_with("Expect: 200-ok\r\n")},
      {"two expectations", 400, good_with("Expect: 100-continue, x\r\n")},
      {"65 fields", 431, good_with(many_fields(62))},
      {"700 fields", 431, good_with(many_fields(700))},
      {"a header of more than 8 KiB", 431, good_with("X-A: " + std::string(8192, 'x') + "\r\n")},
      {"a header without end", 431, "POST /hooks/main HTTP/1.1\r\nX-A: " + std::string(20000, 'x')},
      {"a request line without end", 431, "POST /" + std::string(20000, 'x')},
  };
  return all;
}

class Malformed : public testing::TestWithParam<Case> {};

TEST_P(Malformed, IsRefusedWithItsStatusAndTheConnectionEnds) {
  IntakeServer server;
  Client client(server.port());
  client.send(GetParam().bytes);
  client.send(signed_post("a smuggled request"));
  const Answer answer = client.read();
  EXPECT_EQ(answer.status, GetParam().status) << answer.head;
  EXPECT_EQ(answer.header("Connection"), "close");
  client.half_close();
  EXPECT_TRUE(client.closed()) << "a second answer came";
  EXPECT_EQ(server.delivered(), 0u);
}
INSTANTIATE_TEST_SUITE_P(Table, Malformed, testing::ValuesIn(cases()),
                         [](const auto& row) { return "Row" + std::to_string(row.index); });

TEST(MalformedTable, IsLongEnoughAndItsBaseIsGood) {
  EXPECT_GE(cases().size(), 60u);
  IntakeServer server;
  Client client(server.port());
  EXPECT_EQ(client.ask(good_with(many_fields(61))).status, 200u) << "64 fields";
  EXPECT_EQ(client.ask(target("/hooks/main?" + std::string(1012, 'x'))).status, 200u) << "a target of 1 KiB";
  EXPECT_EQ(server.delivered(), 2u);
}

TEST(MalformedTable, EachIsRefusedAlsoByteByByte) {
  IntakeServer server;
  for (const Case& c : cases()) {
    if (c.bytes.size() > 1000) continue;
    SCOPED_TRACE(c.story);
    Client client(server.port());
    for (const char byte : c.bytes)
      if (!client.send({&byte, 1})) break;
    EXPECT_EQ(client.read().status, c.status);
  }
  EXPECT_EQ(server.delivered(), 0u);
}

TEST(Malformed405, NamesWhatIsAllowed) {
  IntakeServer server;
  EXPECT_EQ(Client(server.port()).ask(line("GET /hooks/main HTTP/1.1")).header("Allow"), "POST");
}

}  // namespace
}  // namespace calsync::test
