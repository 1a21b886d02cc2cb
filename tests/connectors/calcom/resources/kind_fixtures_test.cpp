// For each kind: files that want something, what Cal.com answers (in the shapes that a running server had), and the whole plan.
// tests/fixtures/kinds/KIND/{desired.yaml, live.json, plan.txt}
#include "config/plan/plan.hpp"
#include "connectors/calcom/resources/live_state.hpp"
#include "tests/config/desired/read_text.hpp"

#include <gmock/gmock.h>

namespace calsync {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

const fs::path fixtures = "tests/fixtures/kinds";

std::string text_of(const fs::path& file) {
  std::ifstream in(file);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

// Lists as they were answered; what is not in the fixture is empty.
class Answers final : public CalcomReads {
 public:
  explicit Answers(const fs::path& file) : rows_(json::parse(text_of(file)).as_object()) {}
  Result<ApiAnswer> get(std::string_view path, ApiUse /*use*/) override {
    const std::string place(path.substr(0, path.find('?')));
    if (place == "/v2/me")
      return answer(json::object{{"id", 1}, {"email", "owner@x.org"}, {"username", "owner"}});
    if (place.ends_with("/stripe/check")) return ApiAnswer{.status = 404, .body = "{}"};
    const json::value* rows = rows_.if_contains(place);
    return answer(rows == nullptr ? json::value(json::array{}) : *rows);
  }

 private:
  static ApiAnswer answer(const json::value& data) {
    return {.status = 200, .body = json::serialize(json::object{{"status", "success"}, {"data", data}})};
  }
  json::object rows_;
};

std::string told(const Plan& plan) {
  std::string out;
  for (const Change& change : plan.changes) {
    out += std::string(to_text(change.action)) + " " + change.address;
    out += change.renamed_from.empty() ? "\n" : " (now " + change.renamed_from + ")\n";
    for (const FieldChange& field : change.fields)
      out += "  " + field.pointer + ": " + json::serialize(field.from) + " -> " + json::serialize(field.to) +
             "\n";
  }
  for (const ManualStep& step : plan.manual_steps)
    out += "by hand " + step.address + step.pointer + ": " + json::serialize(step.from) + " -> " +
           json::serialize(step.to) + "\n";
  for (const Refusal& one : plan.refused) out += "refused " + one.address + ": " + one.what + "\n";
  for (const auto& address : plan.unmanaged) out += "left alone " + address + "\n";
  return out;
}

std::vector<std::string> kinds() {
  std::vector<std::string> out;
  for (const ResourceKind* kind : all_kinds()) out.emplace_back(kind->name);
  return out;
}

// "eventType" lives in event_type, as its file in config/kinds.
std::string folder_of(const std::string& kind) {
  std::string out;
  for (const char c : kind)
    out += c >= 'A' && c <= 'Z' ? "_" + std::string(1, static_cast<char>(c - 'A' + 'a')) : std::string(1, c);
  return out;
}

class KindFixture : public testing::TestWithParam<std::string> {};

TEST_P(KindFixture, PlansToExactlyWhatItsFixtureSays) {
  const fs::path folder = fixtures / folder_of(GetParam());
  ASSERT_TRUE(fs::exists(folder / "desired.yaml")) << "a kind has a fixture: " << folder;
  const auto read = read_text(text_of(folder / "desired.yaml"));
  ASSERT_TRUE(read.good()) << findings_of(read);
  Answers answers(folder / "live.json");
  const auto live = read_live(answers, {.organization = 1,
                                        .integrations = GetParam() == "integration",
                                        .all_webhooks = GetParam() == "webhook",
                                        .own_event_types = GetParam() == "eventType"});
  ASSERT_TRUE(live) << live.error().text();
  EXPECT_EQ(
      told(make_plan(read.desired, live->resources, {.key_owner = live->key_owner, .allow_removals = 9})),
      text_of(folder / "plan.txt"));
}

INSTANTIATE_TEST_SUITE_P(Kinds, KindFixture, testing::ValuesIn(kinds()),
                         [](const auto& one) { return one.param; });

}  // namespace
}  // namespace calsync
