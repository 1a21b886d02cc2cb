#include "connectors/webhook/client_address.hpp"

#include <gtest/gtest.h>

namespace calsync {
namespace {

Address address(const char* text) {
  return boost::asio::ip::make_address(text);
}

TEST(ClientKey, CountsIPv6ByItsNetworkAndMappedAddressesAsIPv4) {
  EXPECT_EQ(client_key(address("2001:db8:1:2::1")), client_key(address("2001:db8:1:2:ffff::9")));
  EXPECT_NE(client_key(address("2001:db8:1:2::1")), client_key(address("2001:db8:1:3::1")));
  EXPECT_EQ(client_key(address("::ffff:192.0.2.1")), client_key(address("192.0.2.1")));
  EXPECT_NE(client_key(address("192.0.2.1")), client_key(address("192.0.2.2")));
}

struct Case {
  const char* story;
  const char* peer;
  std::vector<std::string_view> forwarded;
  const char* client;
};

TEST(TrustedProxies, BelieveTheLastHopThatIsNotTheirs) {
  const auto proxies = TrustedProxies::of({"10.0.0.0/8", "127.0.0.1", "fd00::/8"});
  ASSERT_TRUE(proxies);
  const Case cases[] = {
      {"no field", "10.0.0.1", {}, "10.0.0.1"},
      {"one hop", "10.0.0.1", {"192.0.2.1"}, "192.0.2.1"},
      {"a made-up hop before it", "10.0.0.1", {"203.0.113.9, 192.0.2.1"}, "192.0.2.1"},
      {"two of ours", "10.0.0.1", {"192.0.2.1, 10.2.3.4"}, "192.0.2.1"},
      {"two fields", "10.0.0.1", {"203.0.113.9", "192.0.2.1,10.2.3.4"}, "192.0.2.1"},
      {"the field before goes on", "10.0.0.1", {"192.0.2.1", "10.2.3.4"}, "192.0.2.1"},
      {"only ours", "10.0.0.1", {"10.0.0.2"}, "10.0.0.2"},
      {"a port", "10.0.0.1", {"192.0.2.1:4711"}, "192.0.2.1"},
      {"IPv6", "10.0.0.1", {"2001:db8::1"}, "2001:db8::1"},
      {"IPv6 with a port", "fd00::1", {"[2001:db8::1]:443"}, "2001:db8::1"},
      {"no address", "10.0.0.1", {"192.0.2.1, unknown"}, "10.0.0.1"},
      {"empty", "10.0.0.1", {""}, "10.0.0.1"},
      {"empty hop", "10.0.0.1", {"192.0.2.1,,10.0.0.2"}, "10.0.0.2"},
      {"a mapped proxy", "::ffff:10.0.0.1", {"192.0.2.1"}, "192.0.2.1"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.story);
    EXPECT_EQ(proxies->client_behind(address(c.peer), c.forwarded).to_string(), c.client);
  }
  EXPECT_FALSE(proxies->trusts(address("11.0.0.1")));
}

TEST(TrustedProxies, RefuseWhatIsNoNetwork) {
  for (const char* text :
       {"", "proxy.example.org", "10.0.0.0/33", "10.0.0.0/", "fd00::/129", "10.0.0.1:80", "/8"})
    EXPECT_FALSE(TrustedProxies::of({text})) << text;
}

}  // namespace
}  // namespace calsync
