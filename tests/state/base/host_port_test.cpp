#include "state/base/host_port.hpp"

#include <gtest/gtest.h>

namespace calsync {
namespace {

TEST(HostPort, IsReadWithAnyHost) {
  const auto named = parse_host_port("example.org:80");
  ASSERT_TRUE(named);
  EXPECT_EQ(named->host, "example.org");
  EXPECT_EQ(named->port, 80);
  EXPECT_FALSE(named->brackets);
  const auto v6 = parse_host_port("[::1]:0");
  ASSERT_TRUE(v6);
  EXPECT_EQ(v6->host, "::1");
  EXPECT_TRUE(v6->brackets);
  for (const char* text : {"", ":", ":80", "host", "host:", "host:65536", "host:-1", "host:80 ", "::1:80",
                           "[::1]", "[::1:80", "[]:80"})
    EXPECT_FALSE(parse_host_port(text)) << text;
}

TEST(ReachesOthers, IsFalseForThisMachinesOwnAddressesOnly) {
  for (const char* own :
       {"127.0.0.1:1", "127.255.0.9:1", "[::1]:1", "[::ffff:127.0.0.1]:1", "localhost:1", ""})
    EXPECT_FALSE(reaches_others(own)) << own;
  for (const char* open : {"0.0.0.0:1", "[::]:1", "192.0.2.1:1", "[fe80::1]:1", "[::ffff:10.0.0.1]:1",
                           "[::ffff:0.0.0.0]:1", "localhost.example.org:1"})
    EXPECT_TRUE(reaches_others(open)) << open;
}

}  // namespace
}  // namespace calsync
