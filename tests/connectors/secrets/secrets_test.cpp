// Over real files, variables and a real credentials directory.
#include "connectors/secrets/secrets.hpp"

#include "connectors/secrets/servers.hpp"
#include "state/base/log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace calsync {
namespace {

using testing::HasSubstr;
using testing::Not;

class SecretPlaces : public testing::Test {
 protected:
  SecretPlaces() {
    std::string name = testing::TempDir() + "/secrets-XXXXXX";
    directory_ = ::mkdtemp(name.data());
    ::setenv("CREDENTIALS_DIRECTORY", directory_.c_str(), 1);
  }
  ~SecretPlaces() override {
    ::unsetenv("CREDENTIALS_DIRECTORY");
    std::filesystem::remove_all(directory_);
  }
  SecretPlaces(const SecretPlaces&) = delete;
  SecretPlaces& operator=(const SecretPlaces&) = delete;

  std::string write(const std::string& name, const std::string& bytes, mode_t mode = 0600) {
    const std::string path = directory_ + "/" + name;
    std::ofstream(path, std::ios::binary) << bytes;
    ::chmod(path.c_str(), mode);
    return path;
  }
  static Result<Secret> read(const std::string& reference) {
    return read_secret(*parse_secret_ref(reference));
  }
  static std::string value(const std::string& reference) {
    const auto secret = read(reference);
    return secret ? std::string(secret->reveal()) : "ERROR " + secret.error().text();
  }
  static Errc failure(const std::string& reference) {
    const auto secret = read(reference);
    EXPECT_FALSE(secret) << reference;
    return secret ? Errc{} : secret.error().code;
  }

  std::string directory_;
};

TEST_F(SecretPlaces, AreReadFromTheEnvironment) {
  ::setenv("CALSYNC_TEST_SECRET", "from env\n", 1);
  EXPECT_EQ(value("env:CALSYNC_TEST_SECRET"), "from env\n");
  ::setenv("CALSYNC_TEST_SECRET", "", 1);
  EXPECT_EQ(failure("env:CALSYNC_TEST_SECRET"), Errc::rejected);
  ::unsetenv("CALSYNC_TEST_SECRET");
  EXPECT_EQ(failure("env:CALSYNC_TEST_SECRET"), Errc::not_found);
}

TEST_F(SecretPlaces, AreReadFromAFileThatLosesOneNewline) {
  EXPECT_EQ(value("file:" + write("a", "value\n")), "value");
  EXPECT_EQ(value("file:" + write("b", "value")), "value");
  EXPECT_EQ(value("file:" + write("c", "value\n\n")), "value\n");
  EXPECT_EQ(value("file:" + write("d", "a\nb\n")), "a\nb");
  EXPECT_EQ(value("file:" + write("e", std::string("\0\xFF", 2))), std::string("\0\xFF", 2));
}

TEST_F(SecretPlaces, RefuseFilesThatAreNoSecret) {
  EXPECT_EQ(failure("file:" + write("empty", "")), Errc::rejected);
  EXPECT_EQ(failure("file:" + write("newline", "\n")), Errc::rejected);
  EXPECT_EQ(failure("file:" + write("large", std::string(64 * 1024 + 1, 'x'))), Errc::rejected);
  EXPECT_EQ(value("file:" + write("just", std::string(64 * 1024, 'x'))).size(), 64U * 1024U);
  EXPECT_EQ(failure("file:" + directory_), Errc::rejected);
  EXPECT_EQ(failure("file:" + directory_ + "/none"), Errc::not_found);
  const std::string pipe = directory_ + "/pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(failure("file:" + pipe), Errc::rejected) << "and does not wait for a writer";
}

TEST_F(SecretPlaces, WarnOfAFileThatEverybodyMayRead) {
  log::start(log::Form::json, log::Level::info);
  testing::internal::CaptureStderr();
  EXPECT_EQ(value("file:" + write("private", "value-private", 0640)), "value-private");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  testing::internal::CaptureStderr();
  EXPECT_EQ(value("file:" + write("public", "value-public", 0644)), "value-public");
  const std::string line = testing::internal::GetCapturedStderr();
  EXPECT_THAT(line, HasSubstr("chmod 600"));
  EXPECT_THAT(line, HasSubstr(directory_ + "/public"));
  EXPECT_THAT(line, Not(HasSubstr("value-public")));
}

TEST_F(SecretPlaces, AreReadFromSystemdsCredentials) {
  write("webhook_secret", "from systemd\n");
  EXPECT_EQ(value("credential:webhook_secret"), "from systemd");
  EXPECT_EQ(failure("credential:other"), Errc::not_found);
  ::unsetenv("CREDENTIALS_DIRECTORY");
  EXPECT_EQ(failure("credential:webhook_secret"), Errc::not_found);
}

TEST_F(SecretPlaces, NeverLeaveTheCredentialsDirectory) {
  write("outside", "canary");
  std::filesystem::create_directory(directory_ + "/inside");
  ::setenv("CREDENTIALS_DIRECTORY", (directory_ + "/inside").c_str(), 1);
  for (const char* name :
       {"../outside", "..", ".", "", "a/../../outside"})  // as if parse_secret_ref() had let them pass
    EXPECT_EQ(read_secret({SecretRef::Place::credential, name, ""}).error().code, Errc::rejected) << name;
}

TEST_F(SecretPlaces, AreReadFromADotenvFile) {
  const std::string path = write(".env", "# keys\nexport API_KEY='a # b'\nEMPTY=\n");
  EXPECT_EQ(value("dotenv:" + path + "#API_KEY"), "a # b");
  EXPECT_EQ(failure("dotenv:" + path + "#OTHER"), Errc::not_found);
  EXPECT_EQ(failure("dotenv:" + path + "#EMPTY"), Errc::rejected);
  EXPECT_EQ(failure("dotenv:" + directory_ + "/none#API_KEY"), Errc::not_found);
  EXPECT_THAT(read("dotenv:" + path + "#OTHER").error().text(), HasSubstr("#OTHER: no line sets this name"));
}

TEST_F(SecretPlaces, OnServersSayWhatIsMissingToReachThem) {
  for (const char* name : {"VAULT_ADDR", "VAULT_TOKEN", "DOPPLER_TOKEN"}) ::unsetenv(name);
  use_secret_servers({}, {});
  EXPECT_EQ(failure("vault:secret/calsync#key"), Errc::rejected);
  EXPECT_THAT(read("vault:secret/calsync#key").error().text(), HasSubstr("no token for Vault"));
  EXPECT_THAT(read("doppler:KEY").error().text(), HasSubstr("no token for Doppler"));
  EXPECT_EQ(read_secret({}).error().code, Errc::not_found);
}

TEST_F(SecretPlaces, TheKeyToAServerOfSecretsDoesNotLieInOne) {
  Settings::Vault vault;
  vault.address = "http://127.0.0.1:1";
  vault.token = *parse_secret_ref("vault:secret/calsync#token");
  Settings::Doppler doppler;
  doppler.token = *parse_secret_ref("doppler:TOKEN");
  use_secret_servers(vault, doppler);
  EXPECT_THAT(read("vault:secret/calsync#key").error().text(), HasSubstr("cannot lie in one"));
  EXPECT_THAT(read("doppler:KEY").error().text(), HasSubstr("cannot lie in one"));
}

TEST_F(SecretPlaces, HideWhatTheyRead) {
  log::start(log::Form::json, log::Level::info);
  const std::string path = write("hidden", "canary-hidden");
  ASSERT_TRUE(read("file:" + path));
  testing::internal::CaptureStderr();
  log::info("canary-hidden", {log::field("x", "a canary-hidden b")});
  EXPECT_THAT(testing::internal::GetCapturedStderr(), Not(HasSubstr("canary-hidden")));
}

TEST_F(SecretPlaces, FillInKafkaProperties) {
  const std::string path = write("password", "kafka-password\n");
  const auto properties =
      resolve_properties({{"sasl.password", "file:" + path}, {"linger.ms", "5"}, {"client.id", ""}});
  EXPECT_EQ(properties.at("sasl.password")->reveal(), "kafka-password");
  EXPECT_EQ(properties.at("linger.ms")->reveal(), "5");
  const auto mixed =
      resolve_properties({{"sasl.password", "file:" + directory_ + "/none"}, {"linger.ms", "5"}});
  EXPECT_FALSE(mixed.at("sasl.password"));
  EXPECT_TRUE(mixed.at("linger.ms"));
}

TEST(ShortSecret, IsOneOfFewerThan24Bytes) {
  EXPECT_TRUE(is_short(Secret(std::string(23, 'x'))));
  EXPECT_FALSE(is_short(Secret(std::string(24, 'x'))));
}

}  // namespace
}  // namespace calsync
