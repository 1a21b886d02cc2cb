#include "config/settings/setting.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

namespace calsync {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(Table, NamesEachSettingOnceAndExplainsIt) {
  std::set<std::string> paths;
  for (const Setting& row : settings_table()) {
    EXPECT_TRUE(paths.insert(row.path).second) << row.path;
    EXPECT_TRUE(row.help.ends_with('.')) << row.path;
    const std::string section = row.path.substr(0, row.path.find('.'));
    EXPECT_TRUE(std::ranges::any_of(settings_sections(), [&](const Section& s) { return s.name == section; }))
        << row.path;
  }
}

// A default outside of its own bounds, or one that does not come back from its text, is a mistake in the
// table.
TEST(Table, ReadsBackEveryDefaultAndEveryExample) {
  for (const Setting& row : settings_table()) {
    for (const std::string& value : {row.show(Settings{}), row.example}) {
      const bool unset = (row.path == "calcom.organization_id" && value == "0") ||
                         (row.path == "intake.sources" && value == "[]");
      if (value.empty() || unset) continue;
      Report report;
      const YamlNode node = parse_yaml(value, to_report(report));
      Settings settings;
      row.read(settings, node, report);
      EXPECT_THAT(render_errors(row.path, report.errors), IsEmpty()) << value;
      if (value != row.example) {
        EXPECT_EQ(row.show(settings), value) << row.path;
      }
    }
  }
}

TEST(ExampleFile, IsTheOneThatIsShipped) {
  const std::string path = std::string(CALSYNC_SOURCE_DIR) + "/deploy/calsyncd.yaml";
  if (std::getenv("CALSYNC_WRITE_EXAMPLE") != nullptr) std::ofstream(path) << example_settings();
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_EQ(text.str(), example_settings())
      << "to write it again, run this test with CALSYNC_WRITE_EXAMPLE=1 set";
}

TEST(ExampleFile, IsGoodAsItStands) {
  const ReadSettings read = read_settings(example_settings());
  EXPECT_THAT(render_errors("example", read.errors), IsEmpty());
  EXPECT_THAT(render_errors("example", read.warnings), IsEmpty());
  EXPECT_TRUE(read.settings.intake.present && read.settings.kafka.present);
  EXPECT_FALSE(read.settings.calcom.present);
}

// What is commented out has "#" in column 0 and a key or its indentation behind it; prose has "# ".
TEST(ExampleFile, IsGoodWithEveryCommentTakenAway) {
  std::istringstream in(example_settings());
  std::string all;
  for (std::string line; std::getline(in, line);) {
    const bool setting =
        line.starts_with('#') && line.size() > 1 && (line[1] != ' ' || line.starts_with("#  "));
    all += (setting ? line.substr(1) : line) + "\n";
  }
  const ReadSettings read = read_settings(all);
  EXPECT_THAT(render_errors("example", read.errors), IsEmpty()) << all;
  EXPECT_TRUE(read.settings.calcom.present && read.settings.reconcile.present);
  EXPECT_EQ(read.settings.vault.address, "https://vault.example.org:8200");
}

TEST(PrintedSettings, ComeBackAsTheSameSettings) {
  const ReadSettings first = read_settings(R"(
calcom: {organization_id: 7, api_key: "env:K"}
intake: {sources: [{id: a, secrets: ["dotenv:/x#A", "file:/y"]}], trusted_proxies: ["::1"]}
kafka: {properties: {"client.id": "a\"b\\c\u0007", sasl.password: "env:P"}}
log: {path: "/a b"}
)");
  ASSERT_THAT(render_errors("f", first.errors), IsEmpty());
  const std::string printed = print_settings(first.settings);
  const ReadSettings second = read_settings(printed);
  EXPECT_THAT(render_errors("printed", second.errors), IsEmpty()) << printed;
  EXPECT_EQ(print_settings(second.settings), printed);
  EXPECT_EQ(second.settings.kafka.properties, first.settings.kafka.properties);
  EXPECT_THAT(printed, HasSubstr("api_key: \"env:K\"\n"));
  EXPECT_THAT(printed, HasSubstr("  interval: 2m\n"));
  EXPECT_THAT(printed, HasSubstr("# config_repo: not in the file, so off\n"));
}

TEST(PrintedSettings, MaskWhatLooksSecret) {
  Settings settings;
  settings.kafka.present = true;
  settings.kafka.properties = {{"sasl.password", "canary1"},       {"ssl.key.password", "canary2"},
                               {"SASL.JAAS.config", "canary3"},    {"oauth.token.x", "canary4"},
                               {"ssl.key.pem", "canary5"},         {"my.client.secret", "env:NAME"},
                               {"ssl.key.location", "/etc/k.pem"}, {"linger.ms", "5"}};
  const std::string printed = print_settings(settings);
  EXPECT_THAT(printed, Not(HasSubstr("canary")));
  EXPECT_THAT(printed, HasSubstr("\"sasl.password\": \"***\""));
  EXPECT_THAT(printed, HasSubstr("\"my.client.secret\": \"env:NAME\""));
  EXPECT_THAT(printed, HasSubstr("\"ssl.key.location\": \"/etc/k.pem\""));
  EXPECT_THAT(printed, HasSubstr("\"linger.ms\": \"5\""));
}

TEST(SettingsHelp, HasALinePerSetting) {
  const std::string help = settings_help();
  EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(help, '\n')), settings_table().size());
  EXPECT_THAT(
      help, HasSubstr("kafka.create_topics  Make topics that are missing. (true or false)  default: true\n"));
}

TEST(Reload, NamesWhatNeedsARestartAndTakesSecretsOver) {
  const Settings running;
  Settings now;
  EXPECT_THAT(changes_that_need_restart(running, now), IsEmpty());
  now.intake.sources = {{"a", {{SecretRef::Place::env, "A", ""}}}};
  now.admin.token = {SecretRef::Place::env, "T", ""};
  EXPECT_THAT(changes_that_need_restart(running, now), IsEmpty());
  now.kafka.topic_prefix = "b.";
  now.intake.present = true;
  EXPECT_THAT(changes_that_need_restart(running, now), ElementsAre("intake", "kafka.topic_prefix"));
}

TEST(EventSource, NamesTheOrganisationOrThisMachine) {
  Settings settings;
  EXPECT_EQ(event_source(settings), "/calsync/local");
  settings.calcom.present = true;
  settings.calcom.organization_id = 42;
  EXPECT_EQ(event_source(settings), "/calsync/42");
}

}  // namespace
}  // namespace calsync
