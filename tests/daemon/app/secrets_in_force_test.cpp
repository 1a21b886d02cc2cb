#include "daemon/app/secrets_in_force.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace calsync {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class SecretsInForceTest : public testing::Test {
 protected:
  SecretsInForce read(const std::string& text) {
    std::string name = (std::filesystem::temp_directory_path() / "calsync-secrets-XXXXXX").string();
    file = std::string(::mkdtemp(name.data())) + "/calsyncd.yaml";
    std::ofstream(file) << text;
    const auto settings = read_settings(text);
    EXPECT_THAT(render_errors(file, settings.errors), IsEmpty());
    return read_secrets_in_force(settings.settings, file);
  }
  std::string file;
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
  EXPECT_EQ(secrets.kafka_properties.at("sasl.password"), "a kafka secret of 24 bytes or more");
  EXPECT_EQ(secrets.kafka_properties.at("client.id"), "mine");
}

TEST_F(SecretsInForceTest, NamesEveryOneThatCannotBeReadWithItsLine) {
  const auto secrets = read(
      "intake:\n  sources: [{id: main, secrets: [\"env:CALSYNC_TEST_NONE\"]}]\n"
      "admin: {token: \"file:/no/such/file\"}\n");
  EXPECT_THAT(secrets.errors, ElementsAre(StartsWith(file + ":2: intake.sources[main].secrets[0]: "),
                                          StartsWith(file + ":3: admin.token: ")));
}

TEST_F(SecretsInForceTest, WarnsOfAShortOneWithoutShowingIt) {
  ::setenv("CALSYNC_TEST_SHORT", "short-one", 1);
  const auto secrets = read("intake: {sources: [{id: main, secrets: [\"env:CALSYNC_TEST_SHORT\"]}]}\n");
  EXPECT_THAT(secrets.errors, IsEmpty());
  ASSERT_EQ(secrets.warnings.size(), 1U);
  EXPECT_THAT(secrets.warnings[0], HasSubstr("shorter than 24 bytes"));
  EXPECT_THAT(secrets.warnings[0], testing::Not(HasSubstr("short-one")));
}

}  // namespace
}  // namespace calsync
