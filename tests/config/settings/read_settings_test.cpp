#include "config/settings/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace calsync {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> errors_in(std::string_view text) {
  return render_errors("f", read_settings(text).errors);
}

TEST(Settings, OfAnEmptyFileAreTheDefaults) {
  for (const char* text : {"", "\n", "# only a comment\n", "---\n", "{}", "intake:\nkafka:\n"}) {
    const ReadSettings read = read_settings(text);
    EXPECT_THAT(read.errors, IsEmpty()) << text;
    EXPECT_THAT(read.warnings, IsEmpty()) << text;
    EXPECT_FALSE(read.settings.intake.present);
    EXPECT_EQ(print_settings(read.settings), print_settings(Settings{}));
  }
}

TEST(Settings, AreReadFromTheFormOfTheDesign) {
  const ReadSettings read = read_settings(R"(
calcom:      {base_url: "https://cal.example.org", organization_id: 42, api_key: "env:CALCOM_API_KEY", requests_per_minute: 90}
intake:      {listen: "[::1]:0", public_url: "https://hooks.example.org", tls: {certificate: "c.pem", private_key: "k.pem"},
              trusted_proxies: ["10.0.0.0/8"], insecure: true,
              sources: [{id: main, secrets: ["credential:webhook_secret", "file:/s"]}, {id: b_2-X, secrets: ["env:B"]}]}
poll:        {interval: 1s, overlap: 1m, full_sweep: 10s, past: 1d, future: 2d}
log:         {path: /tmp/log, retention: 400d, backup: {path: /b, interval: 2h}}
kafka:       {mode: embedded, topic_prefix: "a.", create_topics: false, properties: {linger.ms: 5, sasl.password: "env:P"}}
config_repo: {url: "ssh://git@h/x.git", branch: release/1, path: calcom, poll: 5s, push_secret: "env:S",
              require_signature: true, allowed_signers: /a}
reconcile:   {mode: apply, interval: 1h, max_removals: 0, max_removal_share: 1}
admin:       {listen: "0.0.0.0:9464", token: "file:/t"}
vault:       {address: "https://v", namespace: team, token: "env:T", ca_file: /ca}
doppler:     {token: "env:D"}
)");
  const Settings& s = read.settings;
  EXPECT_THAT(render_errors("f", read.errors), IsEmpty());
  EXPECT_EQ(s.calcom.base_url, "https://cal.example.org");
  EXPECT_EQ(s.calcom.organization_id, 42);
  EXPECT_EQ(s.calcom.requests_per_minute, 90);
  EXPECT_EQ(s.intake.listen, "[::1]:0");
  EXPECT_EQ(s.intake.tls.private_key, "k.pem");
  EXPECT_TRUE(s.intake.insecure);
  ASSERT_EQ(s.intake.sources.size(), 2U);
  EXPECT_EQ(s.intake.sources[0].secrets.size(), 2U);
  EXPECT_EQ(s.intake.sources[1].id, "b_2-X");
  EXPECT_EQ(s.poll.full_sweep, std::chrono::seconds{10});
  EXPECT_EQ(s.log.backup.interval, std::chrono::hours{2});
  EXPECT_EQ(s.kafka.mode, KafkaMode::embedded);
  EXPECT_FALSE(s.kafka.create_topics);
  EXPECT_EQ(s.kafka.properties.at("linger.ms"), "5");
  EXPECT_EQ(s.config_repo.branch, "release/1");
  EXPECT_EQ(s.reconcile.mode, ReconcileMode::apply);
  EXPECT_EQ(s.reconcile.max_removal_share, 1.0);
  EXPECT_EQ(s.admin.token.text(), "file:/t");
  EXPECT_EQ(s.vault.name_space, "team");
  for (const bool present : {s.calcom.present, s.intake.present, s.poll.present, s.kafka.present,
                             s.config_repo.present, s.reconcile.present})
    EXPECT_TRUE(present);
}

TEST(Settings, NameEveryErrorAtOnceInTheOrderOfTheFile) {
  EXPECT_THAT(
      errors_in("pol:\n  interval: 1s\nkafka:\n  mode: cloud\n  topic_prefx: x\nlog:\n  path: \"\"\n"),
      ElementsAre("f:1: pol: unknown key: did you mean poll?",
                  "f:4: kafka.mode: is not one of cluster, embedded",
                  "f:5: kafka.topic_prefx: unknown key: did you mean kafka.topic_prefix?",
                  "f:7: log.path: must not be empty"));
}

TEST(Settings, FindTheNameThatWasMeant) {
  EXPECT_THAT(errors_in("interval: 1s\n"),
              ElementsAre("f:1: interval: unknown key: did you mean poll.interval?"));
  EXPECT_THAT(errors_in("intake: {sources: [{id: a, secrets: [\"env:A\"]}], tls: {cert: x}}\n"),
              ElementsAre(HasSubstr("known here: certificate, private_key")));
  EXPECT_THAT(errors_in("zzzzzzzz: 1\n"),
              ElementsAre(HasSubstr("known here: calcom, intake, poll, log, kafka")));
  EXPECT_THAT(errors_in("\"a\\nb\": 1\n"), ElementsAre(HasSubstr("f:1: a?b: unknown key")));
}

struct BadCase {
  std::string yaml;
  std::string error;  // part of it
};

TEST(Settings, RefuseEveryValueOutOfBoundsOrOfAnotherType) {
  const BadCase cases[] = {
      {"poll: {interval: 999ms}", "poll.interval: is out of bounds: must be 1s .. 1d"},
      {"poll: {full_sweep: 9s}", "poll.full_sweep: is out of bounds: must be 10s .. 31d"},
      {"poll: {overlap: 59s}", "poll.overlap: is out of bounds: must be 1m .. 7d"},
      {"poll: {interval: 2}", "poll.interval: not a duration"},
      {"poll: {interval: [2m]}", "poll.interval: is a list"},
      {"poll: {interval: }", "poll.interval: has no value"},
      {"poll: 5", "poll: is not a map"},
      {"config_repo: {poll: 500ms}", "config_repo.poll: is out of bounds"},
      {"reconcile: {interval: 0s}", "reconcile.interval: is out of bounds"},
      {"reconcile: {max_removal_share: 1.01}", "must be 0 .. 1"},
      {"reconcile: {max_removal_share: .nan}", "reconcile.max_removal_share: is not"},
      {"reconcile: {max_removals: -1}", "reconcile.max_removals: is out of bounds"},
      {"reconcile: {mode: dry}", "reconcile.mode: is not one of off, observe, plan, apply"},
      {"calcom: {organization_id: 1, requests_per_minute: 0}", "must be 1 .. 100000"},
      {"calcom: {organization_id: 1, requests_per_minute: 100001}", "must be 1 .. 100000"},
      {"calcom: {organization_id: \"42\"}", "calcom.organization_id: is text in quotes"},
      {"calcom: {organization_id: 4.2}", "calcom.organization_id: is not a whole number"},
      {"calcom: {organization_id: 99999999999999999999}", "calcom.organization_id: is not a whole number"},
      {"calcom: {organization_id: 1, base_url: \"http://api.cal.com\"}", "calcom.base_url: must be https"},
      {"calcom: {organization_id: 1, base_url: \"https://u:p@h\"}",
       "calcom.base_url: must not hold a user or password"},
      {"kafka: {create_topics: yes}", "kafka.create_topics: is neither true nor false"},
      {"kafka: {create_topics: \"true\"}", "kafka.create_topics: is text in quotes"},
      {"kafka: {topic_prefix: \"a b\"}", "kafka.topic_prefix: is not legal in a topic name"},
      {"kafka: {bootstrap_servers: \"\"}", "kafka.bootstrap_servers: is not a list of brokers"},
      {"kafka: {bootstrap_servers: \"a:1, b:2\"}", "kafka.bootstrap_servers: is not a list of brokers"},
      {"kafka: {properties: [a]}", "kafka.properties: is not a map"},
      {"kafka: {properties: {acks: 1}}", "kafka.properties.acks: cannot be set here: must be all"},
      {"kafka: {properties: {transactional.id: x}}", "kafka.properties.transactional.id: cannot be set here"},
      {"kafka: {properties: {enable.idempotence: false}}",
       "kafka.properties.enable.idempotence: cannot be set here"},
      {"kafka: {properties: {partitioner: random}}", "kafka.properties.partitioner: cannot be set here"},
      {"kafka: {properties: {isolation.level: read_uncommitted}}",
       "kafka.properties.isolation.level: cannot be set here"},
      {"kafka: {properties: {transaction.timeout.ms: 15001}}", "must be a whole number from 10000 to 15000"},
      {"kafka: {properties: {bootstrap.servers: h}}", "use kafka.bootstrap_servers"},
      {"log: {retention: always}", "log.retention: must be forever"},
      {"log: {retention: 1h}", "log.retention: must be forever"},
      {"config_repo: {branch: --upload-pack=x}", "config_repo.branch: is not a branch name"},
      {"config_repo: {path: ../x}", "config_repo.path: must be a path inside the repository"},
      {"config_repo: {path: /etc}", "config_repo.path: must be a path inside the repository"},
      {"config_repo: {url: \"git@h:x\"}", "config_repo.url: must be https"},
      {"intake: {listen: 8787, sources: [{id: a, secrets: [\"env:A\"]}]}", "intake.listen: not an address"},
      {"intake: {trusted_proxies: [proxy], sources: [{id: a, secrets: [\"env:A\"]}]}",
       "intake.trusted_proxies: holds what is neither"},
      {"admin: {listen: \"localhost\"}", "admin.listen: not an address"},
      {"[a]", "the file must be a map of sections"},
      {"text", "the file must be a map of sections"},
  };
  for (const BadCase& c : cases) EXPECT_THAT(errors_in(c.yaml), ElementsAre(HasSubstr(c.error))) << c.yaml;
}

TEST(Settings, RefuseAControlCharacterInEveryPathWithItsLine) {
  const std::string tls = "intake:\n  sources: [{id: a, secrets: [\"env:A\"]}]\n  tls:";
  const BadCase cases[] = {
      {"log:\n  path: X", "f:2: log.path: must not hold"},
      {"log:\n  backup:\n    path: X", "f:3: log.backup.path: must not hold"},
      {"calcom:\n  organization_id: 1\n  ca_file: X", "f:3: calcom.ca_file: must not hold"},
      {tls + " {certificate: X, private_key: k}", "f:3: intake.tls.certificate: must not hold"},
      {tls + " {certificate: c, private_key: X}", "f:3: intake.tls.private_key: must not hold"},
      {"config_repo:\n  allowed_signers: X", "f:2: config_repo.allowed_signers: must not hold"},
      {"config_repo:\n  path: X", "f:2: config_repo.path: must be a path inside"},
      {"vault:\n  ca_file: X", "f:2: vault.ca_file: must not hold"},
      {"kafka:\n  properties: {ssl.ca.location: X}", "f:2: kafka.properties.ssl.ca.location: must not hold"},
  };
  for (const BadCase& c : cases) {
    for (const std::string bad : {R"("a\0b")", R"("a\nb")", R"("a\x7fb")", R"("\e[2J")"}) {
      std::string yaml = c.yaml;
      yaml.replace(yaml.find('X'), 1, bad);
      EXPECT_THAT(errors_in(yaml), testing::Contains(HasSubstr(c.error))) << yaml;
    }
    std::string yaml = c.yaml;
    yaml.replace(yaml.find('X'), 1, "\"täst/ a\"");
    EXPECT_THAT(errors_in(yaml), testing::Not(testing::Contains(HasSubstr(c.error)))) << yaml;
  }
}

TEST(IntakeSources, AreCheckedOneByOne) {
  const auto in = [](const std::string& sources) { return errors_in("intake: {sources: " + sources + "}"); };
  const std::pair<std::string, std::string> cases[] = {
      {"[]", "intake.sources: must be a list of at least one"},
      {"main", "intake.sources: must be a list"},
      {"[main]", "intake.sources[0]: must be a map"},
      {"[{id: main}]", "intake.sources[0].secrets: is missing"},
      {"[{secrets: [\"env:A\"]}]", "intake.sources[0].id: is missing"},
      {"[{id: git, secrets: [\"env:A\"]}]", "git is reserved"},
      {"[{id: a/b, secrets: [\"env:A\"]}]", "must be 1 to 64 of"},
      {"[{id: \"\", secrets: [\"env:A\"]}]", "must be 1 to 64 of"},
      {"[{id: a, secrets: []}]", "must be a list of 1 to 3"},
      {"[{id: a, secrets: [\"env:A\", \"env:B\", \"env:C\", \"env:D\"]}]", "must be a list of 1 to 3"},
      {"[{id: a, secrets: [\"\"]}]", "an empty reference"},
      {"[{id: a, secrets: [\"env:A\"]}, {id: a, secrets: [\"env:B\"]}]",
       "intake.sources[1].id: another source has the same id"},
      {"[{id: a, secrets: [\"env:A\"], secret: x}]",
       "intake.sources[0].secret: unknown key: did you mean secrets?"},
  };
  for (const auto& [yaml, error] : cases) EXPECT_THAT(in(yaml), ElementsAre(HasSubstr(error))) << yaml;
  EXPECT_THAT(in("[{id: " + std::string(64, 'a') + ", secrets: [\"env:A\"]}]"), IsEmpty());
  EXPECT_THAT(in("[{id: " + std::string(65, 'a') + ", secrets: [\"env:A\"]}]"), testing::SizeIs(1));
}

// Whatever the place: a literal that was meant as a secret, or fell into the wrong row, is in no message.
TEST(Settings, NeverRepeatAValue) {
  const std::string literal = "cal_live_canary0123";
  for (const std::string path :
       {"calcom: {organization_id: 1, api_key: X}", "calcom: {organization_id: X}", "admin: {token: X}",
        "intake: {sources: [{id: a, secrets: [X]}]}", "kafka: {properties: {sasl.password: X}}",
        "kafka: {mode: X}", "poll: {interval: X}", "kafka: {create_topics: X}", "admin: {listen: X}",
        "calcom: {organization_id: 1, base_url: X}", "vault: {token: X}", "log: {retention: X}"}) {
    std::string yaml = path;
    yaml.replace(yaml.find('X'), 1, literal);
    const ReadSettings read = read_settings(yaml);
    ASSERT_THAT(read.errors, testing::SizeIs(1)) << yaml;
    for (const SettingsError& e : read.errors) EXPECT_THAT(e.what, testing::Not(HasSubstr("canary"))) << yaml;
    EXPECT_THAT(print_settings(read.settings), testing::Not(HasSubstr("canary"))) << yaml;
  }
}

TEST(SettingsFile, IsReadOrSaysWhyNot) {
  const std::string path = testing::TempDir() + "/settings_" + std::to_string(::getpid()) + ".yaml";
  std::ofstream(path) << "log: {path: /x}\npoll: {interval: 1}\n";
  const auto read = read_settings_file(path);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->settings.log.path, "/x");
  EXPECT_THAT(render_errors(path, read->errors), ElementsAre(HasSubstr(path + ":2: poll.interval: ")));
  std::ofstream(path) << std::string(1024 * 1024 + 5, '#');
  EXPECT_THAT(render_errors("f", read_settings_file(path)->errors),
              ElementsAre(HasSubstr("f: the file is larger than 1 MiB")));
  std::filesystem::remove(path);
  EXPECT_EQ(read_settings_file(path).error().code, Errc::not_found);
  EXPECT_EQ(read_settings_file(testing::TempDir()).error().code, Errc::rejected);
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  EXPECT_EQ(read_settings_file(path).error().code, Errc::rejected) << "a pipe that nobody writes into";
  std::filesystem::remove(path);
}

TEST(Settings, KnowTheLineOfEverythingThatTheFileHas) {
  const auto read = read_settings(
      "intake:\n  sources:\n    - id: main\n      secrets:\n        - \"env:A\"\n        - \"env:B\"\n"
      "kafka:\n  properties:\n    linger.ms: 5\n");
  EXPECT_EQ(read.lines.at("intake"), 1);
  EXPECT_EQ(read.lines.at("intake.sources[0].secrets[1]"), 6);
  EXPECT_EQ(read.lines.at("kafka.properties.linger.ms"), 9);
  EXPECT_FALSE(read.lines.contains("admin"));
}

}  // namespace
}  // namespace calsync
