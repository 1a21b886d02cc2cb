// A log that was trimmed: it begins at its cut, and is as sound as before (DESIGN §12.5).
#include "state/store/open_log.hpp"
#include "tests/state/store/log_fixture.hpp"
#include "tests/support/erase_keys.hpp"

#include <random>

namespace calsync {
namespace {

namespace fs = std::filesystem;

// Records (cut, upto], each with its event; `views` of the snapshot beside.
Trim up_to(const EventLog& log, std::uint64_t upto, ViewTable::Changes views = {}) {
  Trim trim;
  trim.upto = RawSequence{upto};
  trim.event = EventSequence{upto};
  trim.views = std::move(views);
  trim.webhooks = upto - log.cut().raw.value();
  trim.at = Instant{std::chrono::milliseconds{1'900'000'000'000}};
  return trim;
}

class TrimmedLog : public testing::Test {
 protected:
  TempDir dir_;
  const fs::path path_ = dir_.path() / "log";
  std::unique_ptr<OpenLog> open_ = must_open(path_);

  EventLog& log() { return *open_->log; }
  void SetUp() override {
    for (int i = 1; i <= 10; ++i) append(log(), "body " + std::to_string(i));
    ASSERT_TRUE(commit_events(log(), 1, 8));
  }
  void trim(std::uint64_t upto, ViewTable::Changes views = {}) {
    const auto done = log().trim(up_to(log(), upto, std::move(views)));
    ASSERT_TRUE(done) << done.error().text();
  }
  void reopen() {
    open_.reset();
    open_ = must_open(path_);
  }
  void expect_sound() {
    const auto report = log().verify({});
    ASSERT_TRUE(report) << report.error().text();
    EXPECT_EQ(report->damage, std::vector<std::string>{});
  }
  // One row of the database as such; the log is closed for it.
  std::optional<std::string> row(store::Column column, const std::string& key,
                                 const std::optional<std::string>& instead = std::nullopt) {
    open_.reset();
    Disk disk;
    LogOptions options;
    options.path = path_;
    auto opened = store::open_log(options, disk, nullptr);
    EXPECT_TRUE(opened) << opened.error().text();
    auto found = opened->database->get(column, key).value();
    if (instead) {
      rocksdb::WriteBatch batch;
      EXPECT_TRUE(batch.Put(opened->database->column(column), key, *instead).ok());
      EXPECT_TRUE(opened->database->write(batch).ok());
    }
    return found;
  }
};

TEST_F(TrimmedLog, BeginsAtItsCutAndSaysSo) {
  trim(5);
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(log().cut().raw, RawSequence{5});
    EXPECT_EQ(log().cut().event, EventSequence{5});
    EXPECT_EQ(log().head().raw, RawSequence{10});
    for (const Error& gone : {log().raw(RawSequence{5}).error(), log().event(EventSequence{1}).error()}) {
      EXPECT_EQ(gone.code, Errc::not_found);
      EXPECT_NE(gone.what.find("was trimmed on 2030-03-17"), std::string::npos) << gone.what;
      EXPECT_NE(gone.what.find("received until 2027-01-15"), std::string::npos) << gone.what;
    }
    EXPECT_EQ(log().raw(RawSequence{6})->body, "body 6");
    EXPECT_EQ(log().read_raw(RawSequence{1}, 100, 1U << 20U)->front().sequence, RawSequence{6});
    EXPECT_EQ(log().read_events(EventSequence{2}, 100, 1U << 20U)->front().event.sequence, EventSequence{6});
    EXPECT_FALSE(log().summary(RawSequence{5})->has_value());
    EXPECT_EQ(log().hash_of(EventSequence{5}).value(), log().cut().event_hash);
    expect_sound();
    reopen();
  }
}

TEST_F(TrimmedLog, GoesOnAndIsTrimmedAgain) {
  trim(3);
  trim(8);
  EXPECT_EQ(append(log(), "body 11"), RawSequence{11});
  ASSERT_TRUE(commit_events(log(), 9, 11));
  EXPECT_EQ(log().head().event, EventSequence{11});
  reopen();
  trim(11);
  expect_sound();
  reopen();
  EXPECT_EQ(log().head().raw, RawSequence{11});
  EXPECT_EQ(append(log(), "body 12"), RawSequence{12});
  ASSERT_TRUE(commit_events(log(), 12, 12));
  expect_sound();
}

TEST_F(TrimmedLog, KnowsTheBytesOfWhatItTrimmedForEver) {
  trim(5);
  const auto again = log().append_and_wait(delivery("body 2"));
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->duplicate);
  EXPECT_EQ(again->sequence, RawSequence{2});
}

TEST_F(TrimmedLog, IsOfAFormatThatOlderProgramsRefuse) {
  EXPECT_EQ(row(store::Column::meta, "format"), "1.0");
  reopen();
  trim(5);
  EXPECT_EQ(row(store::Column::meta, "format"), "2.0");
}

TEST_F(TrimmedLog, IsOfAFurtherFormatOnceSomebodyWasForgottenAndStaysSo) {
  ASSERT_TRUE(tests::erase_keys(log(), {RawSequence{7}}, {}));
  EXPECT_EQ(row(store::Column::meta, "format"), "3.0");
  reopen();
  trim(5);
  EXPECT_EQ(row(store::Column::meta, "format"), "3.0");
  reopen();
  EXPECT_EQ(log().cut().raw, RawSequence{5});
  expect_sound();
}

TEST_F(TrimmedLog, TrimsOnlyWhatFollowsTheCutAndIsNormalised) {
  trim(5);
  for (const std::uint64_t wrong : {4, 5, 9, 11}) {
    const auto done = log().trim(up_to(log(), wrong));
    ASSERT_FALSE(done) << wrong;
    EXPECT_EQ(done.error().code, Errc::conflict) << wrong;
  }
  EXPECT_EQ(log().cut().raw, RawSequence{5});
  expect_sound();
}

TEST_F(TrimmedLog, KeepsWhatIsInQuarantineUntilItIsReleased) {
  Projection held;
  held.upto = RawSequence{10};
  held.summaries = {{RawSequence{9}, summed(RecordOutcome::quarantined, "why")},
                    {RawSequence{10}, summed(RecordOutcome::nothing)}};
  ASSERT_TRUE(log().commit(held));
  Trim trim = up_to(log(), 10);
  trim.event = EventSequence{8};
  trim.kept = {RawSequence{9}};
  ASSERT_TRUE(log().trim(trim));
  reopen();
  EXPECT_EQ(log().raw(RawSequence{9})->body, "body 9");
  EXPECT_EQ(log().quarantine(RawSequence{}, 10)->size(), 1U);
  expect_sound();
  ASSERT_TRUE(log().clear_projection());
  ASSERT_TRUE(log().fill_views());
  EXPECT_EQ(log().quarantine_size(), 1U) << "a rebuild begins with what was kept";
  expect_sound();

  append(log(), "asks for 9");
  Projection read;
  read.upto = RawSequence{11};
  read.summaries = {{RawSequence{9}, summed(RecordOutcome::nothing)},
                    {RawSequence{11}, summed(RecordOutcome::nothing)}};
  read.retries = {RawSequence{11}};
  ASSERT_TRUE(log().commit(read));
  Trim rest = up_to(log(), 11);
  rest.event = EventSequence{8};
  rest.released = {RawSequence{9}};
  ASSERT_TRUE(log().trim(rest));
  EXPECT_EQ(log().raw(RawSequence{9}).error().code, Errc::not_found);
  EXPECT_EQ(log().quarantine_size(), 0U);
  expect_sound();
}

TEST_F(TrimmedLog, StartsARebuildOnTheViewsOfTheCut) {
  trim(3, {{"b/one", "first"}, {"b/two", "second"}});
  trim(5, {{"b/one", "changed"}, {"b/two", std::nullopt}, {"b/three", "third"}});
  reopen();
  const auto check = [](ViewSource& views) {
    EXPECT_EQ(views.get("b/one"), "changed");
    EXPECT_EQ(views.get("b/two"), std::nullopt);
    EXPECT_EQ(views.get("b/three"), "third");
    std::string seen;
    const auto note = [&](std::string_view key, std::string_view value) {
      seen.append(key).append("=").append(value).append(" ");
      return true;
    };
    views.scan("", "", note);
    views.scan("b/", "b/one", note);
    EXPECT_EQ(seen, "b/one=changed b/three=third b/three=third ");
  };
  check(*log().views_at_cut());
  EXPECT_EQ(log().views()->get("b/one"), std::nullopt) << "the views of now are others";
  ASSERT_TRUE(log().clear_projection("rebuild", "10"));
  EXPECT_EQ(log().head().normalised, RawSequence{5});
  EXPECT_EQ(log().head().event_hash, log().cut().event_hash);
  ASSERT_TRUE(log().fill_views());
  ASSERT_TRUE(log().fill_views()) << "cut short, it is done again";
  check(*log().views());
  expect_sound();
  reopen();
  ASSERT_TRUE(commit_events(log(), 6, 10));
  EXPECT_FALSE(log().fill_views()) << "not over what was projected since";
  expect_sound();
}

TEST_F(TrimmedLog, NoticesDamageOfItsSnapshot) {
  trim(5, {{"b/one", "of a person"}, {"b/two", "2"}});
  const std::string key = store::cut_view_key("b/one");
  const auto sealed = row(store::Column::views, key);
  ASSERT_TRUE(sealed);
  EXPECT_EQ(sealed->find("of a person"), std::string::npos) << "it lies open";
  std::string other = *sealed;
  other.back() = static_cast<char>(other.back() ^ 1);
  row(store::Column::views, key, other);
  reopen();
  EXPECT_GE(log().verify({})->damage.size(), 2U);
  EXPECT_THROW(log().views_at_cut()->get("b/one"), ViewError);
}

TEST_F(TrimmedLog, DrivesTheKeysOfWhatIsGoneOutOfItsFiles) {
  const auto key = row(store::Column::keys, store::seal_key_of(RawSequence{2}));
  ASSERT_EQ(key.value_or("").size(), sizeof(SealKey));
  reopen();
  const auto found = [&] {
    std::size_t files = 0;
    for (const auto& file : fs::directory_iterator(path_))
      if (file.is_regular_file()) files += read_file(file.path()).find(*key) != std::string::npos ? 1U : 0U;
    return files;
  };
  EXPECT_GT(found(), 0U);
  trim(5);
  ASSERT_TRUE(log().drive_out_trimmed());
  open_.reset();
  EXPECT_EQ(found(), 0U);
  reopen();
  expect_sound();
}

[[noreturn]] void trim_for_ever(const LogOptions& options) {
  const auto log = must_open(options);
  EventLog& at = *log->log;
  for (;;) {
    const std::uint64_t last = at.head().raw.value();
    for (std::uint64_t i = 1; i <= 20; ++i) append(at, "body " + std::to_string(last + i));
    if (!commit_events(at, at.head().normalised.value() + 1, last + 20)) ::_exit(2);
    const std::string name = "b/" + std::to_string(last);
    if (!at.trim(up_to(at, last + 13, {{name, "x"}, {"b/same", name}}))) ::_exit(3);
    if (last % 3 == 0 && !at.drive_out_trimmed()) ::_exit(4);
  }
}

TEST(EventLogTrim, LeavesTheOldCutOrTheNewOneWhenItIsKilled) {
  const TempDir dir(fastest_directory());
  LogOptions options;
  options.path = dir.path() / "log";
  options.write_buffer_bytes = 1U << 16U;  // tables are written all the time
  std::mt19937 random(std::random_device{}());
  std::uint64_t before = 0;
  for (int round = 0; (round < 8 || before == 0) && !testing::Test::HasFailure(); ++round) {
    const pid_t child = ::fork();
    if (child == 0) trim_for_ever(options);
    ::usleep(static_cast<useconds_t>(50'000 + random() % 200'000));
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended by itself: " << WEXITSTATUS(status);
    int tell[2];
    ASSERT_EQ(::pipe(tell), 0);
    EXPECT_EQ(in_child([&] {
                const auto log = must_open(options);
                const auto report = log->log->verify({});
                const std::uint64_t cut = log->log->cut().raw.value(), head = log->log->head().raw.value();
                for (const auto& damage : report->damage) std::cerr << damage << std::endl;
                const bool whole = report->damage.empty() && report->raw_records == head - cut;
                return whole && ::write(tell[1], &cut, sizeof cut) == sizeof cut ? 0 : 1;
              }),
              0);
    ::close(tell[1]);
    std::uint64_t cut = 0;
    ASSERT_EQ(::read(tell[0], &cut, sizeof cut), static_cast<ssize_t>(sizeof cut));
    ::close(tell[0]);
    EXPECT_GE(cut, before);
    before = cut;
  }
  EXPECT_GT(before, 0U) << "nothing was ever trimmed";
}

}  // namespace
}  // namespace calsync
