// P5, to the letter: a log whose MANIFEST or WAL was cut is refused, and the refusal changes nothing in it.
#include "tests/state/store/log_files.hpp"

namespace calsync {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t records = 100;

void expect_refused_untouched(const fs::path& directory, const std::string& how) {
  const auto before = contents_of(directory);
  const auto log = try_open(directory);
  ASSERT_FALSE(log) << how;
  EXPECT_EQ(log.error().code, Errc::corrupt) << how << ": " << log.error().text();
  EXPECT_NE(log.error().what.find("restore"), std::string::npos) << how << ": " << log.error().what;
  EXPECT_EQ(contents_of(directory), before) << how << ": the refused open changed the directory";
}

class LogFiles : public testing::Test {
 protected:
  // A hundred records in tables, one more in the WAL.
  void SetUp() override {
    for (std::uint64_t i = 1; i <= records; ++i) {
      if (i % 25 == 1) log_.reset(), log_ = must_open(path_);  // each recovery writes tables
      append(*log_->log, "body " + std::to_string(i));
    }
    ASSERT_TRUE(commit_events(*log_->log, 1, records));
    log_.reset();
    log_ = must_open(path_);
    append(*log_->log, "in the WAL");
  }
  void close() { log_.reset(); }
  fs::path copy() {
    const fs::path to = dir_.path() / ("copy" + std::to_string(++copies_));
    fs::copy(path_, to);
    return to;
  }

  TempDir dir_;
  fs::path path_ = dir_.path() / "log";
  std::unique_ptr<OpenLog> log_;
  int copies_ = 0;
};

TEST_F(LogFiles, AManifestThatWasCutAtTheEndOfARecordIsRefusedBeforeItsTablesAreDeleted) {
  close();
  const std::string bytes = read_file(newest_file(path_, "MANIFEST-"));
  const auto ends = record_ends(bytes);
  ASSERT_GT(ends.size(), 9U) << "at least a record for each column";
  ASSERT_EQ(ends.back(), bytes.size());
  for (std::size_t i = 0; i + 1 < ends.size(); ++i) {
    const fs::path broken = copy();
    write_file(newest_file(broken, "MANIFEST-"), bytes.substr(0, ends[i]));
    expect_refused_untouched(broken, "MANIFEST cut after record " + std::to_string(i + 1));
    fs::remove_all(broken);
  }
}

TEST_F(LogFiles, AWalThatWasCutAnywhereIsRefusedAndLeftAsItIs) {
  for (int i = 0; i < 10; ++i) append(*log_->log, "in the WAL " + std::to_string(i));
  close();
  const std::string bytes = read_file(newest_file(path_, ".log"));
  auto cuts = record_ends(bytes);
  ASSERT_GT(cuts.size(), 10U);
  cuts.back() = 0;
  for (const std::size_t end : record_ends(bytes)) cuts.push_back(end - 5);
  for (const std::size_t cut : cuts) {
    const fs::path broken = copy();
    write_file(newest_file(broken, ".log"), bytes.substr(0, cut));
    expect_refused_untouched(broken, "WAL cut at " + std::to_string(cut));
    fs::remove_all(broken);
  }
}

TEST_F(LogFiles, AFlippedBitInTheWalIsRefusedAndLeftAsItIs) {
  for (int i = 0; i < 10; ++i) append(*log_->log, "in the WAL " + std::to_string(i));
  close();
  const std::string bytes = read_file(newest_file(path_, ".log"));
  for (std::size_t at = 3; at < bytes.size(); at += bytes.size() / 20) {
    const fs::path broken = copy();
    std::string flipped = bytes;
    flipped[at] = static_cast<char>(flipped[at] ^ 4);
    write_file(newest_file(broken, ".log"), flipped);
    expect_refused_untouched(broken, "bit flipped at " + std::to_string(at));
    fs::remove_all(broken);
  }
}

// RocksDB takes a last record that is longer than the file for a torn one, and forgets it.
TEST_F(LogFiles, ALastRecordThatLiesAboutItsLengthIsRefused) {
  ASSERT_TRUE(log_->log->set_note("claim", "generation 7"));
  close();
  for (const std::string kind : {"MANIFEST-", ".log"}) {
    const fs::path broken = copy();
    std::string bytes = read_file(newest_file(broken, kind));
    const auto ends = record_ends(bytes);
    ASSERT_GE(ends.size(), 2U);
    constexpr std::size_t length_high = 5;  // checksum 4, length 2
    bytes[ends[ends.size() - 2] + length_high] ^= 0x20;
    write_file(newest_file(broken, kind), bytes);
    expect_refused_untouched(broken, "length of the last record of " + kind);
  }
}

// Neither head moves with a note, so that only the witness of files can miss it.
TEST_F(LogFiles, AWalThatHeldNothingButNotesIsMissed) {
  close();
  must_open(path_)->log->close();  // what was in the WAL is in tables now
  {
    const auto log = must_open(path_);
    ASSERT_TRUE(log->log->set_note("claim", "generation 7"));
  }
  const fs::path gone = copy();
  fs::remove(newest_file(gone, ".log"));
  expect_refused_untouched(gone, "WAL removed");
  const fs::path cut = copy();
  write_file(newest_file(cut, ".log"), "");
  expect_refused_untouched(cut, "WAL emptied");
  EXPECT_EQ(must_open(path_)->log->note("claim")->value(), "generation 7");
}

// `manifest` of the witness is what CURRENT must name: an older MANIFEST put back is no database of now.
TEST_F(LogFiles, AnOlderManifestPutBackIsRefused) {
  close();
  const auto before = contents_of(path_);
  must_open(path_)->log->close();
  for (const auto& [name, file] : before)
    if (name == "CURRENT" || name.starts_with("MANIFEST-")) write_file(path_ / name, file.bytes);
  expect_refused_untouched(path_, "an older MANIFEST");
}

TEST_F(LogFiles, AWitnessOfFormat1_0StillOpensTheLog) {
  close();
  std::string text = read_file(path_ / "head");
  text.replace(text.find("1.1"), 3, "1.0");
  text.resize(text.find("manifest "));
  text += "sum " + to_hex(sha256(text)) + "\n";
  write_file(path_ / "head", text);
  {
    const auto log = must_open(path_);
    EXPECT_EQ(log->log->head().raw, RawSequence{records + 1});
    EXPECT_NE(read_file(path_ / "head").find("manifest MANIFEST-"), std::string::npos)
        << "from the first open on the files are witnessed, too";
  }
  EXPECT_EQ(must_open(path_)->log->head().raw, RawSequence{records + 1});
}

}  // namespace
}  // namespace calsync
