// open(): which directories are taken, which are refused, and in which words.
#include "state/store/directory_identity.hpp"
#include "state/store/open_log.hpp"
#include "tests/state/store/log_fixture.hpp"

#include <rocksdb/db.h>
#include <sys/wait.h>

namespace calsync {
namespace {

namespace fs = std::filesystem;

Error refusal(const fs::path& path, bool create = true) {
  LogOptions options;
  options.path = path;
  options.create = create;
  auto log = try_open(options);
  if (log) throw std::runtime_error("opened " + path.string());
  return log.error();
}

TEST(LogOpen, CreatesAMissingDirectoryForItsOwnerOnly) {
  const TempDir dir;
  const fs::path path = dir.path() / "a" / "b" / "log";
  { append(*must_open(path)->log, "x"); }
  EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_all);
  EXPECT_FALSE(fs::exists(path / "unfinished"));
  for (const auto& entry : fs::directory_iterator(path))
    EXPECT_EQ(fs::status(entry.path()).permissions() & fs::perms::others_all, fs::perms::none)
        << entry.path();
}

TEST(LogOpen, ADirectoryIsTheSameAfterARenameAndAnotherAsACopy) {
  const TempDir dir;
  const fs::path first = dir.path() / "first";
  const fs::path moved = dir.path() / "moved";
  fs::create_directory(first);
  const std::string identity = directory_identity(first);
  EXPECT_FALSE(identity.empty());
  fs::rename(first, moved);
  EXPECT_EQ(directory_identity(moved), identity);
  fs::copy(moved, first, fs::copy_options::recursive);
  EXPECT_NE(directory_identity(first), identity);
  EXPECT_EQ(directory_identity(dir.path() / "none"), "");
}

TEST(LogOpen, TakesAnEmptyDirectory) {
  const TempDir dir;
  fs::create_directory(dir.path() / "log");
  fs::create_directory(dir.path() / "log" / "lost+found");
  EXPECT_NO_THROW(must_open(dir.path() / "log"));
}

TEST(LogOpen, SaysNotFoundWhereItMayNotCreate) {
  const TempDir dir;
  EXPECT_EQ(refusal(dir.path() / "log", false).code, Errc::not_found);
  fs::create_directory(dir.path() / "log");
  EXPECT_EQ(refusal(dir.path() / "log", false).code, Errc::not_found);
  EXPECT_TRUE(fs::is_empty(dir.path() / "log"));
}

TEST(LogOpen, RefusesADirectoryWithOtherThingsAndTouchesNone) {
  const TempDir dir;
  write_file(dir.path() / "thesis.odt", "precious");
  const Error error = refusal(dir.path());
  EXPECT_EQ(error.code, Errc::foreign);
  EXPECT_NE(error.what.find("log.path"), std::string::npos) << "the cure: " << error.what;
  EXPECT_EQ(std::distance(fs::directory_iterator(dir.path()), fs::directory_iterator{}), 1);
}

TEST(LogOpen, RefusesAnotherProductsDatabase) {
  const TempDir dir;
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* db = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open(options, dir.path(), &db).ok());
  ASSERT_TRUE(db->Put({}, "k", "v").ok());
  delete db;
  EXPECT_EQ(refusal(dir.path()).code, Errc::foreign);
  ASSERT_TRUE(rocksdb::DB::Open(options, dir.path(), &db).ok());
  std::string value;
  EXPECT_TRUE(db->Get({}, "k", &value).ok()) << "it is as it was";
  delete db;
}

TEST(LogOpen, RefusesANewerFormatBeforeItTouchesTheDatabase) {
  const TempDir dir;
  const fs::path path = dir.path() / "log";
  { append(*must_open(path)->log, "x"); }
  std::string text = read_file(path / "head");
  text.replace(text.find("1.1"), 3, "2.0");
  write_file(path / "head", text);
  const Error error = refusal(path);
  EXPECT_EQ(error.code, Errc::foreign);
  EXPECT_NE(error.what.find("2.0"), std::string::npos) << error.what;
}

TEST(LogOpen, RefusesWhatThisProcessHasOpen) {
  const TempDir dir;
  const auto log = must_open(dir.path() / "log");
  const Error error = refusal(dir.path() / "log");
  EXPECT_EQ(error.code, Errc::conflict) << error.text();
  EXPECT_EQ(append(*log->log, "still works"), RawSequence{1});
}

TEST(LogOpen, NamesTheProcessThatHoldsIt) {
  const TempDir dir;
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto log = must_open(dir.path() / "log");
    if (::write(ready[1], "x", 1) != 1) ::_exit(1);
    for (;;) ::pause();
  }
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  const Error error = refusal(dir.path() / "log");
  EXPECT_EQ(error.code, Errc::conflict) << error.text();
  EXPECT_NE(error.what.find("process " + std::to_string(child)), std::string::npos) << error.what;
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ::close(ready[0]);
  ::close(ready[1]);
  EXPECT_NO_THROW(must_open(dir.path() / "log")) << "the lock dies with its holder";
}

TEST(LogOpen, SaysWhatIsWrongWithAPathThatCannotBeUsed) {
  const TempDir dir;
  write_file(dir.path() / "file", "");
  const Error file = refusal(dir.path() / "file");
  EXPECT_EQ(file.code, Errc::rejected);
  EXPECT_NE(file.what.find("is a file: set log.path to a directory"), std::string::npos) << file.what;
  const Error error = refusal(dir.path() / "file" / "below");
  EXPECT_EQ(error.code, Errc::rejected);
  EXPECT_NE(error.what.find("log.path"), std::string::npos) << error.what;
}

// The second of two killed creations finds the first one's tables.
TEST(LogOpen, TakesWhatWasNeverFinishedWhateverIsInIt) {
  EXPECT_EQ(store::classify({"unfinished", "CURRENT", "000026.sst", "000031.log"}),
            store::Contents::unfinished);
  EXPECT_EQ(store::classify({"unfinished", "CURRENT", "000026.sst", "head"}), store::Contents::log);
}

// Readers that come and go must never be told of damage (a file that another one has just replaced).
TEST(LogOpen, SaysInUseAndNothingElseWhileOthersOpenAndClose) {
  const TempDir dir;
  must_open(dir.path() / "log");
  std::vector<pid_t> children;
  for (int child = 0; child < 3; ++child) {
    children.push_back(::fork());
    if (children.back() != 0) continue;
    for (int turn = 0; turn < 10; ++turn) {
      const auto opened = try_open(dir.path() / "log");
      if (!opened && opened.error().code != Errc::conflict) ::_exit(1);
    }
    ::_exit(0);
  }
  for (const pid_t child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
}

// A child is killed at a random moment of the very first open; what it leaves is taken by the next one.
TEST(LogOpen, FinishesACreationThatWasKilledAnywhere) {
  for (int delay = 0; delay < 40; ++delay) {
    const TempDir dir;
    const pid_t child = ::fork();
    if (child == 0) {
      static_cast<void>(try_open(dir.path() / "log"));
      ::_exit(0);
    }
    ::usleep(static_cast<useconds_t>(delay) * 1500);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    const int after =
        in_child([&] { return append(*must_open(dir.path() / "log")->log, "x") == RawSequence{1} ? 0 : 1; });
    ASSERT_EQ(after, 0) << "killed after " << delay * 1.5 << " ms";
  }
}

TEST(LogOpen, RefusesALogWhoseMarkerAndWitnessSayThatItWasComplete) {
  const TempDir dir;
  const fs::path path = dir.path() / "log";
  { append(*must_open(path)->log, "x"); }
  write_file(path / "unfinished", "");  // as if its removal had not reached the disk
  { EXPECT_EQ(must_open(path)->log->head().raw, RawSequence{1}); }
  fs::remove(path / "CURRENT");
  EXPECT_EQ(refusal(path).code, Errc::corrupt) << "never made anew over what was there";
}

}  // namespace
}  // namespace calsync
