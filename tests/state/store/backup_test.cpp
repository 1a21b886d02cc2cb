#include "state/store/backup.hpp"

#include "log_fixture.hpp"

#include <signal.h>
#include <thread>

namespace calsync {
namespace {

namespace fs = std::filesystem;

class Backup : public testing::Test {
 protected:
  TempDir temp;
  const fs::path log_path = temp.path() / "log", backups = temp.path() / "backups",
                 restored_path = temp.path() / "restored";
  SystemClock clock;

  static void fill(EventLog& log, std::uint64_t count) {
    const std::uint64_t first = log.head().raw.value() + 1;
    for (std::uint64_t n = first; n < first + count; ++n) append(log, "body " + std::to_string(n));
    ASSERT_TRUE(commit_events(log, first, first + count - 1));
  }
  BackupFacts must_back_up(EventLog& log, std::size_t keep = 24) const {
    auto made = log.backup({.directory = backups, .keep = keep});
    if (!made) throw std::runtime_error(made.error().text());
    return *made;
  }
  Result<BackupFacts> restore(std::optional<std::uint32_t> id = {}) {
    return restore_backup({.from = backups, .id = id, .to = restored_path}, clock);
  }
  static std::uint64_t size_of(const fs::path& directory) {
    std::uint64_t size = 0;
    for (const auto& entry : fs::recursive_directory_iterator(directory))
      if (entry.is_regular_file()) size += entry.file_size();
    return size;
  }
  static void flip_a_byte(const fs::path& file) {
    std::string bytes = read_file(file);
    bytes.at(bytes.size() / 2) ^= 1;
    write_file(file, bytes);
  }
};

TEST_F(Backup, RestoresTheLogAsItWasWhenTheBackupWasMade) {
  LogHead head;
  LogId id;
  {
    const auto log = must_open(log_path);
    fill(*log->log, 50);
    head = (*log)->head();
    id = (*log)->id();
    const auto made = must_back_up(*log->log);
    EXPECT_EQ(made.head.raw, head.raw);
    EXPECT_EQ(made.head.event_hash, head.event_hash);
    EXPECT_EQ(made.head.normalised, head.normalised);
    EXPECT_TRUE(made.verified);
    fill(*log->log, 10);  // not in the backup
  }
  const auto done = restore();
  ASSERT_TRUE(done) << done.error().text();
  const auto log = must_open(restored_path);
  EXPECT_EQ((*log)->id(), id);
  EXPECT_EQ((*log)->head().raw, head.raw);
  EXPECT_EQ((*log)->head().raw_hash, head.raw_hash);
  EXPECT_EQ((*log)->head().event_hash, head.event_hash);
  EXPECT_EQ((*log)->raw(RawSequence{50})->body, "body 50");
  const auto report = (*log)->verify({});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->damage, std::vector<std::string>{});
}

TEST_F(Backup, MarksTheRestoredLogUntilItHasRejoined) {
  {
    const auto log = must_open(log_path);
    fill(*log->log, 5);
    must_back_up(*log->log);
    EXPECT_FALSE(*restored(*log->log));
  }
  ASSERT_TRUE(restore());
  const auto log = must_open(restored_path);
  const auto note = restored(*log->log);
  ASSERT_TRUE(note && *note);
  EXPECT_EQ((*note)->backup, 1u);
  EXPECT_EQ((*note)->raw, RawSequence{5});
  EXPECT_EQ((*note)->event, EventSequence{5});
}

TEST_F(Backup, CostsOnlyWhatIsNew) {
  const auto log = must_open(log_path);
  for (int i = 0; i < 40; ++i)
    append(*log->log, std::string(100'000, static_cast<char>('a' + i % 26)) + std::to_string(i));
  must_back_up(*log->log);
  const auto first = size_of(backups);
  append(*log->log, "one more");
  must_back_up(*log->log);
  EXPECT_GT(first, 4'000'000u);
  EXPECT_LT(size_of(backups), first + 200'000);
}

TEST_F(Backup, KeepsTheNewestOnes) {
  const auto log = must_open(log_path);
  for (int i = 0; i < 5; ++i) {
    fill(*log->log, 2);
    must_back_up(*log->log, 3);
  }
  const auto kept = list_backups(backups);
  ASSERT_TRUE(kept) << kept.error().text();
  ASSERT_EQ(kept->size(), 3u);
  EXPECT_EQ(kept->front().id, 3u);
  EXPECT_EQ(kept->back().head.raw, RawSequence{10});
  EXPECT_FALSE(fs::exists(backups / "verified" / "2"));
}

TEST_F(Backup, LeavesTheLogAndItsAppendsAlone) {
  const auto log = must_open(log_path);
  fill(*log->log, 100);
  std::atomic<bool> over{false};
  std::uint64_t appended = 0;
  std::thread sender([&] {
    while (!over) append(*log->log, "while backing up " + std::to_string(++appended));
  });
  for (int i = 0; i < 5; ++i) must_back_up(*log->log);
  over = true;
  sender.join();
  EXPECT_EQ((*log)->head().raw.value(), 100 + appended);
  EXPECT_FALSE(fs::exists(log_path / "checkpoints" / "backup"));
  for (const auto& each : *list_backups(backups)) {
    fs::remove_all(restored_path);
    ASSERT_TRUE(restore(each.id));
    EXPECT_EQ(must_open(restored_path)->log->head().raw, each.head.raw);
  }
}

TEST_F(Backup, RefusesADirectoryThatCannotBeMeant) {
  const auto log = must_open(log_path);
  write_file(temp.path() / "file", "x");
  fs::create_directories(temp.path() / "full");
  write_file(temp.path() / "full" / "letter", "x");
  fs::create_directory_symlink(log_path, temp.path() / "link");
  const std::pair<fs::path, std::string> cases[] = {
      {log_path, "own directory"},
      {log_path / "backups", "own directory"},
      {log_path / ".." / "log" / "b", "own directory"},
      {temp.path() / "link" / "b", "own directory"},
      {temp.path(), "the log lies in it"},
      {temp.path() / "file", "is a file"},
      {temp.path() / "full", "not empty"},
      {temp.path() / "no" / "such", "mount that disk"},
  };
  for (const auto& [directory, word] : cases) {
    const auto made = (*log)->backup({.directory = directory});
    ASSERT_FALSE(made) << directory;
    EXPECT_EQ(made.error().code, Errc::rejected);
    EXPECT_NE(made.error().what.find(word), std::string::npos) << made.error().what;
  }
  EXPECT_FALSE(fs::exists(temp.path() / "no"));
}

TEST_F(Backup, RefusesTheBackupsOfAnotherLog) {
  must_back_up(*must_open(log_path)->log);
  const auto other = must_open(temp.path() / "other");
  const auto made = (*other)->backup({.directory = backups});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, Errc::foreign);
  EXPECT_EQ(list_backups(backups)->size(), 1u);
}

TEST_F(Backup, ADamagedOneIsNeverRestored) {
  {
    const auto log = must_open(log_path);
    fill(*log->log, 20);
    must_back_up(*log->log);
    fill(*log->log, 20);
    must_back_up(*log->log);
  }
  fs::path newest;
  for (const auto& entry : fs::directory_iterator(backups / "private" / "2"))
    if (entry.path().filename().string().starts_with("MANIFEST")) newest = entry.path();
  flip_a_byte(newest);
  const auto refused = restore();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::corrupt);
  EXPECT_NE(refused.error().what.find("--backup"), std::string::npos);
  EXPECT_TRUE(!fs::exists(restored_path) || fs::is_empty(restored_path));
  const auto older = restore(1);
  ASSERT_TRUE(older) << older.error().text();
  EXPECT_EQ(must_open(restored_path)->log->head().raw, RawSequence{20});
}

TEST_F(Backup, OneThatWasNotReadBackIsNotTheNewest) {
  {
    const auto log = must_open(log_path);
    fill(*log->log, 3);
    must_back_up(*log->log);
    fill(*log->log, 3);
    must_back_up(*log->log);
  }
  fs::remove(backups / "verified" / "2");  // as a kill between writing and reading back leaves it
  EXPECT_FALSE(list_backups(backups)->back().verified);
  const auto done = restore();
  ASSERT_TRUE(done) << done.error().text();
  EXPECT_EQ(done->id, 1u);
}

TEST_F(Backup, RestoresOnlyIntoAnEmptyPlace) {
  const auto log = must_open(log_path);
  must_back_up(*log->log);
  const auto over_a_log = restore_backup({.from = backups, .id = {}, .to = temp.path() / "second"}, clock);
  ASSERT_TRUE(over_a_log) << over_a_log.error().text();
  const auto again = restore_backup({.from = backups, .id = {}, .to = temp.path() / "second"}, clock);
  ASSERT_FALSE(again);
  EXPECT_NE(again.error().what.find("holds a log"), std::string::npos) << again.error().what;
  fs::create_directories(restored_path);
  write_file(restored_path / "letter", "x");
  ASSERT_FALSE(restore());
  EXPECT_TRUE(fs::exists(restored_path / "letter"));
  fs::remove(restored_path / "letter");
  EXPECT_TRUE(restore());
}

// Every state that a kill can leave: nothing moved, some files moved, all but the witness moved.
TEST_F(Backup, ARestoreCutShortIsNoLogAndTheNextOneBeginsAgain) {
  {
    const auto log = must_open(log_path);
    fill(*log->log, 30);
    must_back_up(*log->log);
  }
  ASSERT_TRUE(restore());
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(restored_path)) files.push_back(entry.path());
  std::ranges::sort(files);
  for (std::size_t moved = 0; moved < files.size(); ++moved) {
    const fs::path cut = temp.path() / ("cut" + std::to_string(moved));
    fs::create_directories(cut / "restoring");
    for (std::size_t i = 0; i < files.size(); ++i) {
      const bool up = i < moved && files[i].filename() != "head";
      fs::copy(files[i], (up ? cut : cut / "restoring") / files[i].filename());
    }
    EXPECT_FALSE(try_open(cut)) << moved;
    const auto again = restore_backup({.from = backups, .id = {}, .to = cut}, clock);
    ASSERT_TRUE(again) << again.error().text();
    EXPECT_EQ(must_open(cut)->log->head().raw, RawSequence{30});
  }
}

TEST_F(Backup, AKillLeavesEarlierBackupsSound) {
  ASSERT_EQ(in_child([&] {
              const auto log = must_open(log_path);
              fill(*log->log, 500);
              must_back_up(*log->log);
              return 0;
            }),
            0);
  for (int kill_after_ms = 2; kill_after_ms <= 60; kill_after_ms += 6) {
    const pid_t child = ::fork();
    if (child == 0) {
      const auto log = must_open(log_path);
      for (;;) {
        fill(*log->log, 5);
        static_cast<void>((*log)->backup({.directory = backups, .keep = 3}));
      }
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{30 + kill_after_ms});
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    const int checked = in_child([&] {
      const auto all = list_backups(backups);
      if (!all) return 1;
      for (const auto& each : *all) {
        if (!each.verified) continue;
        fs::remove_all(restored_path);
        if (!restore(each.id)) return 2;
        if (must_open(restored_path)->log->head().raw != each.head.raw) return 3;
      }
      return 0;
    });
    ASSERT_EQ(checked, 0) << "killed after " << kill_after_ms << " ms";
  }
  EXPECT_EQ(in_child([&] {
              must_back_up(*must_open(log_path)->log);
              return 0;
            }),
            0);
}

TEST_F(Backup, IsItsOwnersAlone) {
  must_back_up(*must_open(log_path)->log);
  for (const auto& entry : fs::recursive_directory_iterator(backups)) {
    const auto others = entry.status().permissions() & (fs::perms::group_all | fs::perms::others_all);
    EXPECT_TRUE(entry.is_directory() || others == fs::perms::none) << entry.path();
  }
  EXPECT_EQ(fs::status(backups).permissions(), fs::perms::owner_all);
}

TEST_F(Backup, StopsWhenAsked) {
  const auto log = must_open(log_path);
  std::stop_source stop;
  stop.request_stop();
  const auto made = (*log)->backup({.directory = backups, .stop = stop.get_token()});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, Errc::cancelled);
  EXPECT_FALSE(list_backups(backups));
  EXPECT_TRUE((*log)->backup({.directory = backups}));
}

}  // namespace
}  // namespace calsync
