// P5: whatever happens to the files, the log opens with every acknowledged record, or it refuses. Never a
// third way.
#include "tests/state/store/log_fixture.hpp"

#include <algorithm>

namespace calsync {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t records = 40;

// A log as a crash leaves it: the WAL holds everything, the witness has seen it all.
class LogDamage : public testing::Test {
 protected:
  void SetUp() override {
    const auto log = must_open(dir_.path() / "log");
    for (std::uint64_t i = 1; i <= records; ++i)
      append(*log->log, "body " + std::to_string(i) + std::string(300, 'x'));
    ASSERT_TRUE(commit_events(*log->log, 1, records / 2));
    log->log->close();  // no flush: what was not in a table stays in the WAL
  }

  fs::path copy() {
    const fs::path to = dir_.path() / ("copy" + std::to_string(++copies_));
    fs::copy(dir_.path() / "log", to);
    return to;
  }
  static fs::path newest(const fs::path& directory, const std::string& extension) {
    fs::path found;
    for (const auto& entry : fs::directory_iterator(directory))
      if (entry.path().extension() == extension && fs::file_size(entry.path()) > 0 && entry.path() > found)
        found = entry.path();
    return found;
  }
  // Every record is there, or the log said that it is damaged.
  static bool whole_or_refused(const fs::path& directory, std::string& how) {
    const auto log = try_open(directory);
    if (!log) {
      how = log.error().text();
      return (log.error().code == Errc::corrupt || log.error().code == Errc::foreign) &&
             how.find("restore") != std::string::npos;
    }
    how = "opened with " + std::to_string((*log)->log->head().raw.value());
    if ((*log)->log->head().raw != RawSequence{records}) return false;
    const auto all = (*log)->log->read_raw(RawSequence{1}, records, 1U << 30U);
    return all && all->size() == records && (*log)->log->verify({})->damage.empty();
  }

  TempDir dir_;
  int copies_ = 0;
};

TEST_F(LogDamage, IsSoundBefore) {
  std::string how;
  EXPECT_TRUE(whole_or_refused(copy(), how)) << how;
  EXPECT_EQ(how, "opened with 40");
}

TEST_F(LogDamage, NeverLosesARecordToAFlippedBitInTheWal) {
  const std::string wal = read_file(newest(dir_.path() / "log", ".log"));
  ASSERT_GT(wal.size(), 10'000U);
  int refused = 0;
  for (std::size_t at = 0; at < wal.size(); at += wal.size() / 60) {
    const fs::path broken = copy();
    std::string bytes = wal;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
    write_file(newest(broken, ".log"), bytes);
    std::string how;
    EXPECT_TRUE(whole_or_refused(broken, how)) << "bit flipped at " << at << ": " << how;
    refused += how.starts_with("opened") ? 0 : 1;
    fs::remove_all(broken);
  }
  EXPECT_GT(refused, 50);
}

TEST_F(LogDamage, RefusesAWalThatWasCutBehindItsWitness) {
  const std::string wal = read_file(newest(dir_.path() / "log", ".log"));
  for (int part = 0; part < 12; ++part) {
    const fs::path broken = copy();
    write_file(newest(broken, ".log"), wal.substr(0, wal.size() * static_cast<std::size_t>(part) / 12));
    const auto log = try_open(broken);
    ASSERT_FALSE(log) << part << "/12 of the WAL";
    EXPECT_EQ(log.error().code, Errc::corrupt) << log.error().text();
    EXPECT_NE(log.error().what.find("restore"), std::string::npos) << log.error().what;
    fs::remove_all(broken);
  }
}

TEST_F(LogDamage, ToleratesATornTailBehindTheWitness) {
  // What a power cut leaves of a record that nobody was told about: the witness has not seen it, its end is
  // missing.
  const fs::path torn = copy();
  const std::string witness = read_file(torn / "head");
  { append(*must_open(torn)->log, "never acknowledged, as far as the witness knows"); }
  const fs::path wal = newest(torn, ".log");
  const std::string bytes = read_file(wal);
  write_file(wal, bytes.substr(0, bytes.size() - 9));
  write_file(torn / "head", witness);
  std::string how;
  EXPECT_TRUE(whole_or_refused(torn, how)) << how;
}

TEST_F(LogDamage, RefusesWhenAnyFileIsMissingOrEmpty) {
  {
    const auto log =
        must_open(dir_.path() / "log");  // recovery writes tables: now there are all kinds of files
    append(*log->log, "one more");
  }
  const auto log_files = [&] {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(dir_.path() / "log")) {
      const std::string name = entry.path().filename();
      const bool matters = name == "CURRENT" || name == "head" || name.starts_with("MANIFEST") ||
                           name.ends_with(".sst") ||
                           (name.ends_with(".log") && fs::file_size(entry.path()) > 0);
      if (matters) names.push_back(name);
    }
    return names;
  }();
  ASSERT_GE(log_files.size(), 6U);
  for (const std::string& name : log_files) {
    for (const bool empty : {false, true}) {
      const fs::path broken = copy();
      if (empty)
        write_file(broken / name, "");
      else
        fs::remove(broken / name);
      const auto log = try_open(broken);
      ASSERT_FALSE(log) << name << (empty ? " emptied" : " removed");
      EXPECT_EQ(log.error().code, Errc::corrupt) << name << ": " << log.error().text();
      EXPECT_NE(log.error().what.find("restore"), std::string::npos) << log.error().what;
      fs::remove_all(broken);
    }
  }
}

TEST_F(LogDamage, IsFoundByVerifyInsideATable) {
  { const auto log = must_open(dir_.path() / "log"); }
  int found = 0, tables = 0;
  for (const auto& entry : fs::directory_iterator(dir_.path() / "log")) {
    if (entry.path().extension() != ".sst") continue;
    ++tables;
    const fs::path broken = copy();
    const fs::path table = broken / entry.path().filename();
    std::string bytes = read_file(table);
    bytes[bytes.size() / 3] = static_cast<char>(bytes[bytes.size() / 3] ^ 1);
    write_file(table, bytes);
    {  // closed before its directory goes: the database writes there until then
      const auto log = try_open(broken);
      if (!log || !(*log)->log->verify({}) || !(*log)->log->verify({})->damage.empty()) ++found;
    }
    fs::remove_all(broken);
  }
  EXPECT_GT(tables, 4);
  EXPECT_EQ(found, tables);
}

TEST_F(LogDamage, LeavesADamagedLogAsItIs) {
  const fs::path broken = copy();
  const fs::path wal = newest(broken, ".log");
  std::string bytes = read_file(wal);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  write_file(wal, bytes);
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(try_open(broken));
  EXPECT_EQ(read_file(wal), bytes);
  EXPECT_EQ(read_file(broken / "head"), read_file(dir_.path() / "log" / "head"));
}

}  // namespace
}  // namespace calsync
