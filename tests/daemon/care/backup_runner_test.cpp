#include "daemon/care/backup_runner.hpp"

#include "tests/state/store/log_fixture.hpp"

namespace calsync {
namespace {

using namespace std::chrono_literals;

class BackupRunnerTest : public testing::Test {
 protected:
  TempDir temp;
  const std::filesystem::path backups = temp.path() / "backups";
  std::unique_ptr<OpenLog> log = must_open(temp.path() / "log");

  std::unique_ptr<BackupRunner> start(BackupPlan plan) {
    auto runner = std::make_unique<BackupRunner>(*log->log, std::move(plan), log->clock, log->metrics);
    runner->start();
    return runner;
  }
  static BackupState wait_for(const BackupRunner& runner,
                              const std::function<bool(const BackupState&)>& good) {
    const auto until = std::chrono::steady_clock::now() + 60s;
    for (;;) {
      BackupState state = runner.state();
      if (good(state) || std::chrono::steady_clock::now() > until) return state;
      std::this_thread::sleep_for(5ms);
    }
  }
  static auto ended(std::uint64_t run) {
    return [run](const BackupState& state) { return state.run >= run && !state.running; };
  }
};

TEST_F(BackupRunnerTest, MakesBackupsByItselfAndKeepsTheNewest) {
  const auto runner = start({.directory = backups, .interval = 1ms, .keep = 2});
  const BackupState state = wait_for(*runner, ended(4));
  EXPECT_FALSE(state.failed);
  ASSERT_TRUE(state.last);
  EXPECT_GE(state.last->id, 3u);
  runner->stop();
  EXPECT_LE(list_backups(backups)->size(), 2u);
}

TEST_F(BackupRunnerTest, MakesNoneWhereNoneAreWanted) {
  const auto runner = start({});
  const auto asked = runner->request(std::nullopt, std::nullopt);
  ASSERT_FALSE(asked);
  EXPECT_NE(asked.error().what.find("log.backup.path"), std::string::npos);
  const auto named = runner->request(backups.string(), 1);
  ASSERT_TRUE(named);
  EXPECT_TRUE(wait_for(*runner, ended(*named)).last);
}

TEST_F(BackupRunnerTest, ARestartIsNoReasonForABackup) {
  ASSERT_TRUE((*log)->backup({.directory = backups}));
  const auto runner = start({.directory = backups, .interval = 1h});
  const BackupState known =
      wait_for(*runner, [](const BackupState& state) { return state.last.has_value(); });
  ASSERT_TRUE(known.last);
  EXPECT_EQ(known.run, 0u);
  EXPECT_NE(log->metrics.text().find("calsync_backup_interval_seconds 3600"), std::string::npos);
}

TEST_F(BackupRunnerTest, TellsWhatFailedAndForgetsItWhenTheNextOneIsGood) {
  write_file(backups, "in the way");
  const auto runner = start({.directory = backups, .interval = 1h});
  const BackupState bad = wait_for(*runner, ended(1));
  ASSERT_TRUE(bad.failed);
  EXPECT_NE(bad.failed->what.find("is a file"), std::string::npos);
  EXPECT_NE(log->metrics.text().find("calsync_backup_runs_total{outcome=\"failed\"} 1"), std::string::npos);
  std::filesystem::remove(backups);
  const auto again = runner->request(std::nullopt, std::nullopt);
  ASSERT_TRUE(again);
  const BackupState good = wait_for(*runner, ended(*again));
  EXPECT_FALSE(good.failed);
  EXPECT_TRUE(good.last);
}

}  // namespace
}  // namespace calsync
