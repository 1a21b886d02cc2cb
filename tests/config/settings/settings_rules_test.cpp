#include "config/settings/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace calsync {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> errors_in(std::string_view text) {
  return render_errors("f", read_settings(text).errors);
}
std::vector<std::string> warnings_in(std::string_view text) {
  return render_errors("f", read_settings(text).warnings);
}
std::string intake(const std::string& rest) {
  return "intake: {sources: [{id: a, secrets: [\"env:A\"]}], " + rest + "}\n";
}

TEST(Rules, PlainHttpReachesOthersOnlyWhenSaidSo) {
  EXPECT_THAT(errors_in(intake("listen: \"127.0.0.1:1\"")), IsEmpty());
  EXPECT_THAT(errors_in(intake("listen: \"[::1]:1\"")), IsEmpty());
  EXPECT_THAT(errors_in(intake("listen: \"0.0.0.0:1\"")),
              ElementsAre(HasSubstr("plain HTTP on an address that other machines reach")));
  EXPECT_THAT(errors_in(intake("listen: \"[::]:1\"")), ElementsAre(HasSubstr("plain HTTP")));
  EXPECT_THAT(errors_in(intake("listen: \"0.0.0.0:1\", insecure: true")), IsEmpty());
  EXPECT_THAT(errors_in(intake("listen: \"0.0.0.0:1\", tls: {certificate: c, private_key: k}")), IsEmpty());
}

TEST(Rules, OneTlsFileAloneIsAnError) {
  EXPECT_THAT(errors_in(intake("tls: {certificate: c}")),
              ElementsAre(HasSubstr("certificate and private_key go together")));
  EXPECT_THAT(errors_in(intake("tls: {private_key: k}")),
              ElementsAre(HasSubstr("certificate and private_key go together")));
  EXPECT_THAT(errors_in(intake("tls: {certificate: \"\", private_key: \"\"}")), IsEmpty());
}

TEST(Rules, AdminWithoutATokenStaysOnThisMachine) {
  EXPECT_THAT(errors_in("admin: {listen: \"0.0.0.0:1\"}"), ElementsAre(HasSubstr("set admin.token")));
  EXPECT_THAT(errors_in("admin: {listen: \"0.0.0.0:1\", token: \"env:T\"}"), IsEmpty());
  EXPECT_THAT(errors_in("admin: {listen: \"127.0.0.1:1\"}"), IsEmpty());
}

TEST(Rules, IntakeAndAdminListenAtDifferentPlaces) {
  EXPECT_THAT(
      errors_in(intake("listen: \"127.0.0.1:1\"") + "admin: {listen: \"127.0.0.1:1\"}"),
      ElementsAre("f:1: intake.listen (line 1) and admin.listen (line 2) are the same address: give one of "
                  "them another port"));
  EXPECT_THAT(errors_in(intake("listen: \"0.0.0.0:1\", insecure: true") + "admin: {listen: \"localhost:1\"}"),
              ElementsAre(HasSubstr("the same address")));
  EXPECT_THAT(errors_in(intake("listen: \"127.0.0.1:9464\"")), ElementsAre(HasSubstr("(its default)")));
  EXPECT_THAT(errors_in(intake("listen: \"127.0.0.1:1\"") + "admin: {listen: \"127.0.0.1:2\"}"), IsEmpty());
  EXPECT_THAT(errors_in(intake("listen: \"127.0.0.1:1\"") + "admin: {listen: \"[::1]:1\"}"), IsEmpty());
  EXPECT_THAT(errors_in(intake("listen: \"127.0.0.1:0\"") + "admin: {listen: \"127.0.0.1:0\"}"), IsEmpty());
}

TEST(Rules, SectionsSayWhatTheyNeed) {
  EXPECT_THAT(errors_in("intake: {listen: \"127.0.0.1:1\"}"),
              ElementsAre("f:1: intake.sources: is missing: name at least one, such as "
                          "[{id: main, secrets: [\"file:/etc/calsync/webhook_secret\"]}]"));
  EXPECT_THAT(errors_in("\ncalcom: {api_key: \"env:K\"}"),
              ElementsAre(HasSubstr("f:2: calcom.organization_id: is missing")));
  EXPECT_THAT(errors_in("config_repo: {require_signature: true}"),
              ElementsAre(HasSubstr("needs config_repo.allowed_signers")));
  EXPECT_THAT(errors_in("vault: {role_id: r}"), ElementsAre(HasSubstr("role_id and secret_id go together")));
}

TEST(Rules, WhatCannotHaveAnEffectIsAWarning) {
  EXPECT_THAT(warnings_in(intake("listen: \"127.0.0.1:1\"") +
                          "kafka: {bootstrap_servers: h}\nlog: {path: x}\nadmin: {}\n"),
              IsEmpty());
  EXPECT_THAT(warnings_in("kafka: {mode: embedded, bootstrap_servers: \"h:1\"}"),
              ElementsAre(HasSubstr("is not used with kafka.mode")));
}

}  // namespace
}  // namespace calsync
