// Every body that we have, alone and as one history, against what a person has read and found right.
// CALSYNC_WRITE_GOLDEN=1 writes the files anew; read the difference before you commit it.
#include "state/events/json_text.hpp"
#include "tests/connectors/calcom/wire/fold_bench.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace calsync {
namespace {

namespace json = boost::json;

struct Body {
  std::string path, content_type;
};

std::vector<Body> webhooks() {
  std::vector<Body> out;
  const json::value manifest = json::parse(fixture("webhooks/manifest.json"));
  for (const auto& file : manifest.at("files").as_array())
    out.push_back({"webhooks/" + std::string(file.at("file").as_string()),
                   std::string(file.at("headers").at("Content-Type").as_string())});
  return out;
}

std::vector<Body> recorded() {
  std::vector<Body> out;
  for (const auto& entry : std::filesystem::directory_iterator(CALSYNC_SOURCE_DIR "/tests/fixtures/recorded"))
    if (entry.path().extension() == ".raw")
      out.push_back({"recorded/" + entry.path().filename().string(), "application/json"});
  std::sort(out.begin(), out.end(), [](const Body& a, const Body& b) { return a.path < b.path; });
  return out;
}

std::string told(const Normalised& out) {
  std::string text;
  JsonObject object(text);
  object.add("outcome", std::string_view(to_text(out.summary.outcome))).add("trigger", out.summary.trigger);
  object.add("subject", out.summary.subject).add("reason", out.summary.reason);
  object.add("readAgain",
             out.summary.read_again ? std::optional(out.summary.read_again->value()) : std::nullopt);
  std::string people = "[";
  for (const auto& person : out.summary.people) append_json(people += people.size() > 1 ? "," : "", person);
  object.add_text("people", people + "]");
  for (const auto& event : out.events) {
    JsonObject one(object.key("event"));
    one.add("type", event.type)
        .add("topic", std::string_view(to_text(event.topic)))
        .add("key", event.key.value());
    one.add("keySequence", Integer::of(event.key_sequence.value()))
        .add("subject", event.subject)
        .add("time", event.time);
    one.add_text("value", event.value);
    std::string states = "[";
    for (const auto& state : event.states) {
      if (states.size() > 1) states += ',';
      states += state.json;
    }
    one.add_text("states", states + "]").end();
  }
  object.end();
  return text;
}

std::string golden_name(std::string path) {
  std::replace(path.begin(), path.end(), '/', '.');
  return path.substr(0, path.rfind('.')) + ".json";
}

void check(const std::vector<Body>& bodies) {
  FoldBench history;
  for (const auto& body : bodies) {
    FoldBench fresh;
    const auto received = at("2026-11-21T13:00:00Z");
    const std::string text =
        "{\"alone\": " + told(fresh.take(fixture(body.path), received, body.content_type)) +
        ",\n\"inHistory\": " + told(history.take(fixture(body.path), received, body.content_type)) + "}\n";
    const std::string path =
        std::string(CALSYNC_SOURCE_DIR "/tests/fixtures/golden/") + golden_name(body.path);
    json::error_code ec;
    json::parse(text, ec);
    EXPECT_FALSE(ec) << body.path << ": " << text;
    if (std::getenv("CALSYNC_WRITE_GOLDEN")) std::ofstream(path, std::ios::binary) << text;
    EXPECT_EQ(read_file(path), text) << body.path;
  }
}

TEST(Golden, EveryExampleWebhookGivesTheEventThatWasReviewed) {
  check(webhooks());
}
TEST(Golden, EveryRecordedDeliveryGivesTheEventThatWasReviewed) {
  check(recorded());
}

}  // namespace
}  // namespace calsync
