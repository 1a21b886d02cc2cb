#include "config/settings/addresses.hpp"

#include <gtest/gtest.h>

namespace calsync {
namespace {

TEST(ListenAddress, KnowsWhoCanReachIt) {
  struct Case {
    std::string text, host;
    std::uint16_t port;
    bool loopback;
  };
  for (const Case& c :
       {Case{"127.0.0.1:8787", "127.0.0.1", 8787, true}, Case{"127.9.9.9:0", "127.9.9.9", 0, true},
        Case{"0.0.0.0:1", "0.0.0.0", 1, false}, Case{"10.1.2.3:65535", "10.1.2.3", 65535, false},
        Case{"[::1]:8787", "::1", 8787, true}, Case{"[::]:8787", "::", 8787, false},
        Case{"[::ffff:127.0.0.1]:1", "::ffff:127.0.0.1", 1, true},
        Case{"localhost:1", "localhost", 1, true}}) {
    const auto address = parse_listen_address(c.text);
    ASSERT_TRUE(address) << c.text;
    EXPECT_EQ(address->host, c.host);
    EXPECT_EQ(address->port, c.port);
    EXPECT_EQ(reaches_others(c.text), !c.loopback) << c.text;
  }
}

TEST(ListenAddress, RefusesNamesAndHalfAddresses) {
  for (const char* text : {"", ":", ":8787", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1",
                           "127.0.0.1:+1", "127.0.0.1:80x", "::1:8787", "[::1]", "[127.0.0.1]:1",
                           "[localhost]:1", "example.org:80", "*:80", "127.0.0.1:80 ", "127.0.0.256:1"})
    EXPECT_FALSE(parse_listen_address(text)) << text;
}

TEST(CalledUrl, IsHttpsOrStaysOnThisMachine) {
  for (const char* url : {"https://api.cal.com", "https://cal.example.org:8443/base", "http://localhost:3000",
                          "http://127.0.0.1:1", "http://[::1]:3000/x", "https://[2001:db8::1]/"})
    EXPECT_EQ(https_url_problem(url), "") << url;
  for (const char* url :
       {"", "api.cal.com", "ftp://x", "http://api.cal.com", "https://", "https://user:pw@host", "https://u@h",
        "https://h?x=1", "https://h#x", "https://h:0", "https://h:99999", "https://h ost", "https://[::1",
        "http://localhost.evil.org", "http://127.0.0.1.evil.org", "http://127.0.0.1@evil.org", "HTTPS//x"})
    EXPECT_NE(https_url_problem(url), "") << url;
}

TEST(GitRemote, IsOneThatNobodyCanRead) {
  for (const char* url : {"https://git.example.org/a.git", "ssh://git@git.example.org/a.git",
                          "ssh://git.example.org:2222/a", "file:///srv/git/a.git", "http://localhost/a"})
    EXPECT_EQ(git_remote_problem(url), "") << url;
  for (const char* url :
       {"git@example.org:a.git", "http://git.example.org/a", "file://relative/a", "ext::sh -c x",
        "https://t@h/a", "https://u:p@h/a", "ssh://u:p@h/a", "git://h/a", "/srv/git/a"})
    EXPECT_NE(git_remote_problem(url), "") << url;
  EXPECT_EQ(git_remote_problem("https://u:hunter2@h/a").find("hunter2"), std::string::npos);
}

TEST(Network, IsAnAddressOrAPrefix) {
  for (const char* text : {"10.0.0.1", "10.0.0.0/8", "0.0.0.0/0", "::1", "fd00::/8", "::/128"})
    EXPECT_TRUE(is_address_or_network(text));
  for (const char* text :
       {"", "10.0.0.0/33", "10.0.0.0/", "10.0.0/8", "fd00::/129", "localhost", "10.0.0.0/8/8", "10.0.0.0/-1"})
    EXPECT_FALSE(is_address_or_network(text)) << text;
}

}  // namespace
}  // namespace calsync
