// What F14's families do to us: exact status, the connection ends, nothing reaches the sink (P2, P24).
#include "intake_server.hpp"
#include "malformed_cases.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace calsync::test {

void PrintTo(const Malformation& c, std::ostream* out) {
  *out << c.story;
}

namespace {

class Malformed : public testing::TestWithParam<Malformation> {};

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
INSTANTIATE_TEST_SUITE_P(Table, Malformed, testing::ValuesIn(malformations()),
                         [](const auto& row) { return "Row" + std::to_string(row.index); });

TEST(MalformedTable, IsLongEnoughAndItsBaseIsGood) {
  EXPECT_GE(malformations().size(), 120u);
  IntakeServer server;
  Client client(server.port());
  EXPECT_EQ(client.ask(well_formed_with("")).status, 200u);
  std::string fields;
  for (int i = 0; i < 61; ++i) fields += "X-Field-" + std::to_string(i) + ": x\r\n";
  EXPECT_EQ(client.ask(well_formed_with(fields)).status, 200u) << "64 fields";
  EXPECT_EQ(client.ask(signed_post("x", "/hooks/main?" + std::string(1012, 'x'))).status, 200u)
      << "a target of 1 KiB";
  EXPECT_EQ(server.delivered(), 3u);
}

TEST(MalformedTable, EachIsRefusedAlsoByteByByte) {
  IntakeServer server;
  for (const Malformation& c : malformations()) {
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
  EXPECT_EQ(Client(server.port()).ask("GET / HTTP/1.1\r\nHost: h\r\n\r\n").header("Allow"), "POST");
}

}  // namespace
}  // namespace calsync::test
