#include "config/settings/secret_ref.hpp"

#include <gtest/gtest.h>

namespace calsync {
namespace {

using Place = SecretRef::Place;

TEST(SecretRef, ReadsEveryPlaceAndComesBackAsWritten) {
  const std::pair<std::string, SecretRef> cases[] = {
      {"env:CALCOM_API_KEY", {Place::env, "CALCOM_API_KEY", ""}},
      {"dotenv:/etc/calsync/.env#API_KEY", {Place::dotenv, "/etc/calsync/.env", "API_KEY"}},
      {"dotenv:odd#name/.env#KEY", {Place::dotenv, "odd#name/.env", "KEY"}},
      {"file:/run/secrets/a b", {Place::file, "/run/secrets/a b", ""}},
      {"credential:webhook_secret", {Place::credential, "webhook_secret", ""}},
      {"vault:secret/calsync#api_key", {Place::vault, "secret/calsync", "api_key"}},
      {"doppler:API_KEY", {Place::doppler, "API_KEY", ""}},
      {"", {}},
  };
  for (const auto& [text, expected] : cases) {
    const auto ref = parse_secret_ref(text);
    ASSERT_TRUE(ref) << text;
    EXPECT_EQ(*ref, expected) << text;
    EXPECT_EQ(ref->text(), text);
  }
}

TEST(SecretRef, RefusesLiteralsWithoutRepeatingThem) {
  for (const std::string text : {"cal_live_0123456789abcdef",
                                 "env:",
                                 "env:1A",
                                 "env:a b",
                                 "env:A=B",
                                 "dotenv:.env",
                                 "dotenv:#NAME",
                                 "dotenv:.env#",
                                 "file:",
                                 "file:a\nb",
                                 "credential:",
                                 "credential:../shadow",
                                 "credential:..",
                                 "credential:a/b",
                                 "vault:secret",
                                 "vault:secret/x",
                                 "vault:/x#f",
                                 "doppler:",
                                 "ENV:NAME",
                                 "env :NAME",
                                 " env:NAME",
                                 "envv:NAME"}) {
    const auto ref = parse_secret_ref(text);
    ASSERT_FALSE(ref) << text;
    EXPECT_EQ(ref.error().code, Errc::rejected);
    EXPECT_EQ(ref.error().what,
              "a secret is always a reference: env:NAME, dotenv:FILE#NAME, file:PATH, credential:NAME, "
              "vault:MOUNT/PATH#FIELD or "
              "doppler:NAME");
  }
}

}  // namespace
}  // namespace calsync
