#include "daemon/app/secrets_in_force.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace calsync {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class SecretsInForceTest : public testing::Test {
 protected:
  SecretsInForce read(const std::string& text) {
    const auto settings = read_settings(text);
    EXPECT_THAT(render_errors("f", settings.errors), IsEmpty());
    return read_secrets_in_force(settings);
  }
};

TEST_F(SecretsInForceTest, ReadsEverySecretThatTheSettingsName) {
  ::setenv("CALSYNC_TEST_HOOK", "a hook secret of 24 bytes or more", 1);
  ::setenv("CALSYNC_TEST_KAFKA", "a kafka secret of 24 bytes or more", 1);
  const auto secrets = read(
      "intake: {sources: [{id: main, secrets: [\"env:CALSYNC_TEST_HOOK\"]}]}\n"
      "admin: {token: \"env:CALSYNC_TEST_HOOK\"}\n"
      "kafka: {properties: {sasl.password: \"env:CALSYNC_TEST_KAFKA\", client.id: mine}}\n");
  EXPECT_THAT(secrets.errors, IsEmpty());
  EXPECT_THAT(secrets.warnings, IsEmpty());
  ASSERT_EQ(secrets.sources.size(), 1U);
  EXPECT_EQ(secrets.sources[0].id.value(), "main");
  EXPECT_EQ(secrets.sources[0].secrets.at(0).reveal(), "a hook secret of 24 bytes or more");
  EXPECT_EQ(secrets.admin_token.reveal(), "a hook secret of 24 bytes or more");
  EXPECT_EQ(secrets.kafka_properties.at("sasl.password").reveal(), "a kafka secret of 24 bytes or more");
  EXPECT_EQ(secrets.kafka_properties.at("client.id").reveal(), "mine");
}

TEST_F(SecretsInForceTest, NamesEveryOneThatCannotBeReadWithItsLine) {
  const auto secrets = read(
      "# not here: env:CALSYNC_TEST_NONE\n"
      "intake:\n  sources:\n    - id: main\n      secrets:\n        - \"env:CALSYNC_TEST_NONE\"\n"
      "        - \"env:CALSYNC_TEST_NONE\"\n"
      "admin: {token: \"file:/no/such/file\"}\n"
      "kafka:\n  properties:\n    sasl.password: \"env:CALSYNC_TEST_NONE\"\n    client.id: mine\n");
  EXPECT_THAT(
      render_errors("f", secrets.errors),
      ElementsAre(StartsWith("f:6: intake.sources[main].secrets[0]: "),
                  StartsWith("f:7: intake.sources[main].secrets[1]: "), StartsWith("f:8: admin.token: "),
                  StartsWith("f:11: kafka.properties.sasl.password: ")));
  EXPECT_EQ(secrets.kafka_properties.size(), 1U) << "the good ones can still be checked";
}

TEST_F(SecretsInForceTest, WarnsOfAShortOneWithoutShowingIt) {
  ::setenv("CALSYNC_TEST_SHORT", "short-one", 1);
  const auto secrets = read("intake: {sources: [{id: main, secrets: [\"env:CALSYNC_TEST_SHORT\"]}]}\n");
  EXPECT_THAT(secrets.errors, IsEmpty());
  ASSERT_EQ(secrets.warnings.size(), 1U);
  EXPECT_THAT(secrets.warnings[0].what, HasSubstr("shorter than 24 bytes"));
  EXPECT_THAT(secrets.warnings[0].what, testing::Not(HasSubstr("short-one")));
}

}  // namespace
}  // namespace calsync
