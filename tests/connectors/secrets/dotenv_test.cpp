#include "connectors/secrets/places.hpp"

#include <gtest/gtest.h>

namespace calsync::secret_places {
namespace {

TEST(Dotenv, ReadsTheFormsThatPeopleWrite) {
  const std::pair<std::string, std::string> cases[] = {
      {"KEY=value", "value"},
      {"KEY=value\n", "value"},
      {"KEY=value\r\nB=2\r\n", "value"},
      {"  KEY = value  ", "value"},
      {"export KEY=value", "value"},
      {"export\tKEY=value", "value"},
      {"\xEF\xBB\xBFKEY=value", "value"},
      {"# KEY=no\nKEY=value", "value"},
      {"KEYS=no\nMY_KEY=no\nKEY=value", "value"},
      {"KEY=first\nKEY=last", "last"},
      {"KEY=value # comment", "value"},
      {"KEY=va#lue", "va#lue"},
      {"KEY=\"va # lue\"", "va # lue"},
      {"KEY='va # lue'", "va # lue"},
      {"KEY=\"value\" # comment", "value"},
      {R"(KEY="a\nb\t\"c\"\\d\$e")", "a\nb\t\"c\"\\d$e"},
      {R"(KEY="a\qb")", "a\\qb"},
      {R"(KEY='a\nb"c')", "a\\nb\"c"},
      {"KEY=a=b==", "a=b=="},
      {"KEY=$HOME/${X}", "$HOME/${X}"},
      {"KEY=it's", "it's"},
      {"KEY=", ""},
      {"KEY= # only a comment", ""},
      {"KEY=\"\"", ""},
      {"KEY=\xC3\xA9t\xC3\xA9", "\xC3\xA9t\xC3\xA9"},
  };
  for (const auto& [text, value] : cases) {
    const auto secret = find_in_dotenv(text, "KEY");
    ASSERT_TRUE(secret) << text;
    EXPECT_EQ(secret->reveal(), value) << text;
  }
}

TEST(Dotenv, SaysWhenANameIsMissing) {
  for (const char* text : {"", "OTHER=x", "#KEY=x", "KEY", "KEY x", "exportKEY=x", "key=x"}) {
    const auto secret = find_in_dotenv(text, "KEY");
    ASSERT_FALSE(secret) << text;
    EXPECT_EQ(secret.error().code, Errc::not_found) << text;
  }
}

TEST(Dotenv, RefusesQuotesThatDoNotClose) {
  for (const char* text :
       {"KEY=\"canary", "KEY='canary", "KEY=\"canary\\\"", "KEY=\"canary\"x", "KEY=\"canary\nmore\""}) {
    const auto secret = find_in_dotenv(text, "KEY");
    ASSERT_FALSE(secret) << text;
    EXPECT_EQ(secret.error().code, Errc::rejected);
    EXPECT_EQ(secret.error().text().find("canary"), std::string::npos);
  }
}

}  // namespace
}  // namespace calsync::secret_places
