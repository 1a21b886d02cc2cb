// Whatever is signed may arrive: it is read or refused with a reason, never a crash, and no secret comes out.
#include "connectors/calcom/wire/secret_names.hpp"
#include "state/events/email.hpp"
#include "tests/connectors/calcom/wire/fold_bench.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <filesystem>
#include <random>

namespace calsync {
namespace {

namespace json = boost::json;

std::vector<std::string> all_bodies() {
  std::vector<std::string> out;
  for (const std::string folder : {"webhooks", "recorded"})
    for (const auto& entry :
         std::filesystem::directory_iterator(std::string(CALSYNC_SOURCE_DIR "/tests/fixtures/") + folder)) {
      const std::string name = entry.path().filename().string();
      if (name.find("headers") == std::string::npos && name != "manifest.json" && name != "README.md")
        out.push_back(fixture(folder + "/" + name));
    }
  return out;
}

TEST(HostileBody, IsQuarantinedWithAReason) {
  const std::string deep(500'000, '[');
  const std::pair<std::string, std::string> cases[] = {
      {"", "an empty body"},
      {"false", "JSON, but no object: the output of a payload template whose values broke it?"},
      {"{", "the JSON ends too early"},
      {"{} {}", "something follows the JSON value"},
      {"\xEF\xBB\xBF{}", "a byte order mark stands before the JSON"},
      {deep, "nested deeper than 64 levels"},
      {R"({"a":)" + deep, "nested deeper than 64 levels"},
      {"{\"triggerEvent\":\"PING\",\"a\":\"\xff\"}", "not JSON"},
      {R"({"triggerEvent":"PING","a":"\udc00"})", "a lone surrogate in a string"},
      {R"({"triggerEvent":"PING","a":"\ud800\ud800"})", "a lone surrogate in a string"},
      {R"({"triggerEvent":"PING","a":"\ud800"})", "not JSON"},
      {R"({"triggerEvent":"PING","a":"\u0000"})", "a string holds U+0000"},
      {std::string("{\"triggerEvent\":\"PING\",\"a\":\"\0\"}", 30), "not JSON"},
      {R"({"triggerEvent":"PING","triggerEvent":"BOOKING_CREATED"})", "an object holds the same name twice"},
      {R"({"triggerEvent":"PING","a":[{"x":1,"x":2}]})", "an object holds the same name twice"},
      {R"({"triggerEvent":"PING","a":1e400})", "a number is larger than any that JSON readers hold"},
      {R"({"triggerEvent":7})", "no triggerEvent: the output of a payload template?"},
      {R"({"triggerEvent":"rm -rf"})", "triggerEvent is not a name in capitals"},
      {R"({"triggerEvent":"BOOKING_CREATED","uid":"a"})",
       "no payload object: the output of a payload template?"},
      {R"({"triggerEvent":"BOOKING_CREATED","payload":{"title":"x"}})", "neither uid nor bookingId is given"},
  };
  for (const auto& [body, reason] : cases) {
    FoldBench bench;
    const auto out = bench.take(body);
    EXPECT_EQ(out.summary.outcome, RecordOutcome::quarantined) << body.substr(0, 80);
    EXPECT_EQ(out.summary.reason, reason) << body.substr(0, 80);
    EXPECT_EQ(bench.views.rows.erase("clock"), 1U);
    EXPECT_TRUE(bench.views.rows.empty());
  }
}

TEST(HostileBody, NoMutationOfARealBodyCrashesTheReader) {
  std::mt19937 random(4821);
  for (const auto& body : all_bodies()) {
    for (int round = 0; round < 40; ++round) {
      std::string changed = body;
      for (auto edits = 1 + random() % 4; edits > 0; --edits) {
        const auto at = random() % changed.size();
        switch (random() % 4) {
          case 0:
            changed[at] = static_cast<char>(random());
            break;
          case 1:
            changed.erase(at, random() % 20);
            break;
          case 2:
            changed.insert(at, changed.substr(random() % changed.size(), random() % 60));
            break;
          default:
            changed.replace(at, 1, R"(null,"x":[1.5,{}])");
            break;
        }
        if (changed.empty()) changed = "{";
      }
      FoldBench bench;
      const auto out = bench.take(changed);
      for (const auto& event : out.events) {
        json::error_code ec;
        json::parse(event.value, ec);
        ASSERT_FALSE(ec) << event.value;
      }
    }
  }
}

const std::string canary = "CANARY7f3a";

// Secrets wherever Cal.com puts them, and a link with secrets in every other text.
void plant(json::value& value, std::string_view name) {
  if (auto* object = value.if_object()) {
    for (auto& member : *object) plant(member.value(), member.key());
  } else if (auto* array = value.if_array()) {
    for (auto& member : *array) plant(member, name);
  } else if (auto* text = value.if_string()) {
    static const std::string identities[] = {"triggerEvent", "uid",   "bookingUid", "rescheduleUid", "uuid",
                                             "formId",       "email", "hostEmail",  "status"};
    if (std::find(std::begin(identities), std::end(identities), name) != std::end(identities) ||
        parse_instant({text->data(), text->size()}))
      return;
    if (names_a_secret(name) || name == "link" || name == "recording" || name == "url" ||
        name == "meetingUrl")
      *text = "https://x.test/?token=" + canary;
    else
      *text += " https://me:" + canary + "@zoom.test/j/1?pwd=" + canary + "&a=1&TK=" + canary +
               "&zak=" + canary + "#token=" + canary + " Passcode: " + canary + " Bearer " + canary;
  }
}

TEST(HostileBody, NoSecretOfAnyFieldIsPublishedOrNamedInASummary) {
  for (const auto& body : all_bodies()) {
    json::error_code ec;
    json::value root = json::parse(body, ec);
    if (ec) continue;
    plant(root, "");
    FoldBench bench;
    const auto out = bench.take(json::serialize(root));
    for (const auto& event : out.events) {
      ASSERT_EQ(event.value.find(canary), std::string::npos) << event.value;
      for (const auto& state : event.states)
        ASSERT_EQ(state.json.find(canary), std::string::npos) << state.json;
    }
    ASSERT_EQ(out.summary.reason.find(canary), std::string::npos);
    for (const auto& person : out.summary.people)
      ASSERT_EQ(person.find("canary"), std::string::npos) << person;
    for (const auto& [key, row] : bench.views.rows) ASSERT_EQ(row.find(canary), std::string::npos) << key;
  }
}

TEST(People, AreFoundInAnyTextAndAUrlsPasswordIsNobody) {
  std::vector<std::string> found;
  collect_emails(
      "Ana@House.test, <bo@client.test>. mailto:cy@x.test https://u:secret@host.test/ email=di@y.test @ a@",
      found);
  EXPECT_EQ(found, (std::vector<std::string>{"ana@house.test", "bo@client.test", "cy@x.test", "di@y.test"}));
}

}  // namespace
}  // namespace calsync
