// What is cut out of texts and JSON before anybody sees them (DESIGN §8, §12.13), and what must stay.
#include "connectors/calcom/wire/redact.hpp"

#include "connectors/calcom/wire/secret_names.hpp"
#include "tests/connectors/calcom/wire/deliveries.hpp"
#include "tests/connectors/calcom/wire/fold_bench.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace calsync {
namespace {

struct Case {
  const char* text;
  const char* rest;
};
void expect_rest(std::initializer_list<Case> cases) {
  for (const auto& [text, rest] : cases) EXPECT_EQ(without_secrets(text), rest) << text;
}

TEST(Redact, CutsSecretParametersOutOfUrlsAndKeepsTheRest) {
  expect_rest({
      {"https://zoom.us/j/1?pwd=abc", "https://zoom.us/j/1"},
      {"https://zoom.us/j/1?pwd=abc&uname=x", "https://zoom.us/j/1?uname=x"},
      {"https://zoom.us/j/1?uname=x&PWD=abc#t", "https://zoom.us/j/1?uname=x#t"},
      {"a https://u:p@h.test/x?token=1&tk=2&zak=3&q=4 b", "a https://h.test/x?q=4 b"},
      {"https://h.test/#token=abc", "https://h.test/"},
      {"https://h.test/?a=1&amp;token=x&amp;b=2", "https://h.test/?a=1&amp;b=2"},
      {"https://h.test/?%74oken=x", "https://h.test/"},
      {"https://h.test/?next=https%3A%2F%2Fi.test%2F%3Ftoken%3Dx&b=2", "https://h.test/?b=2"},
      {"zoom.us/j/1?pwd=x", "zoom.us/j/1"},
      {"https://h.test/?auth_token=x&a=1", "https://h.test/?a=1"},
      {"https://h.test/?authToken=x&x_token=y&a=1", "https://h.test/?a=1"},
      {"https://s3.test/f?X-Amz-Date=1&X-Amz-Signature=abc", "https://s3.test/f?X-Amz-Date=1"},
      {"https://h.test/?sig=x&a=1&pin=2&otp=3&jwt=4", "https://h.test/?a=1"},
      {"https://h.test/?token[]=x&token%5B%5D=y&a=1", "https://h.test/?a=1"},
      {"https://h.test/?pwd%3Dabc&a=1", "https://h.test/?a=1"},
      {"https://h.test/?%2574oken=x", "https://h.test/"},
      {"https://h.test/?a=1,pwd=x", "https://h.test/?a=1"},
      {"https://h.test/?pwd=x,a=1", "https://h.test/?a=1"},
      {"https://h.test/to/https%3A%2F%2Fz.test%2Fj%3Fpwd%3Dabc%26a%3D1",
       "https://h.test/to/https%3A%2F%2Fz.test%2Fj%26a%3D1"},
  });
  EXPECT_EQ(without_secrets("?" + std::string(200'000, '&') + "token=x").find("token"), std::string::npos);
}

TEST(Redact, CutsWhatStandsBehindThePasscodesName) {
  expect_rest({
      {"Meeting ID: 12\nPasscode: a1B2\nBring your thesis", "Meeting ID: 12\nPasscode:\nBring your thesis"},
      {"Password: hunter2, then wait", "Password: then wait"},
      {"+1 555 PIN: 123 456 789#", "+1 555 PIN:"},
      {"**Passcode:** 1234", "**Passcode:"},
      {"<b>Passcode</b>: <i>1234</i>", "<b>Passcode</b>: <i>1234</i>"},
      {"<b>Passcode: 1234</b>", "<b>Passcode:</b>"},
      {"One-time password = x1", "One-time password ="},
      {R"({"access_token":"abc","a":1})", R"({"access_token":","a":1})"},
      {"auth_token=abc", "auth_token="},
      {"Kenncode: 1234", "Kenncode:"},
      {"refused: Bearer ya29.abc-1 (401)", "refused: Bearer (401)"},
      {"Authorization: bearer abc", "Authorization: bearer"},
  });
}

TEST(Redact, LeavesTheRestAlone) {
  for (const char* text :
       {"plain text, 1=2?", "https://app.cal.com/video/k3Tz?embed=1&theme=dark", "integrations:daily",
        "Room 4; bring a=1, b=2", "The bearer-bond seminar", "forebearer tale", "Spinning: an introduction",
        "Ana <ana@house.test>", "tel:+49 6221 1234,,5678#", "100% sure, really?", "a=b&c=d", "Opinion: yes",
        "https://h.test/a;v=1/b?x=%20#frag", ":", "="})
    EXPECT_EQ(without_secrets(text), text);
}

TEST(Redact, LeavesOutMembersThatAreNamedLikeASecret) {
  for (const char* name :
       {"authToken", "bearer", "Authorization", "joinUrl", "hostUrl", "start_url", "zoomPassword", "pin",
        "passcode", "one-time password", "client_secret", "X-Signature", "api_key", "PWD"})
    EXPECT_TRUE(names_a_secret(name)) << name;
  for (const char* name : {"orderId", "pinned", "opinion", "design", "secretary", "code", "url", "tracking",
                           "author", "notes", "location", "sigma", "spin"})
    EXPECT_FALSE(names_a_secret(name)) << name;
  std::string out;
  append_redacted(
      out, boost::json::parse(
               R"({"orderId":"12345","code":"X","deep":[{"otp":"1","code":"1","joinUrl":"u","n":1}]})"));
  EXPECT_EQ(out, R"({"code":"X","deep":[{"n":1}],"orderId":"12345"})");
}

TEST(Redact, HoldsForEveryFieldOfABooking) {
  FoldBench bench;
  const auto event =
      bench
          .take(
              created(
                  "a", 1,
                  R"(,"location":"https://z.test/j/1?auth_token=CANARY","description":"Passcode: CANARY",)"
                  R"("metadata":{"orderId":"12345","hostUrl":"CANARY","videoCallUrl":"https://v.test/1?x_token=CANARY&a=1"},)"
                  R"("responses":{"zoomPassword":{"label":"p","value":"CANARY"},"q":{"label":"q","value":"Bearer CANARY"}})")
                  .text())
          .events.at(0);
  EXPECT_EQ(event.value.find("CANARY"), std::string::npos) << event.value;
  const auto booking = boost::json::parse(event.value).at("booking");
  EXPECT_EQ(booking.at("location"), "https://z.test/j/1");
  EXPECT_EQ(booking.at("videoCallUrl"), "https://v.test/1?a=1");
  EXPECT_EQ(booking.at("metadata").at("orderId"), "12345");
}

}  // namespace
}  // namespace calsync
