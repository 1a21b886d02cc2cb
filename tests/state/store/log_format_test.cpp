// P30: what an earlier version stored is opened and sound; what a later minor version added does not matter; a
// later major version is refused and left alone.
#include "state/store/keys.hpp"
#include "state/store/rocks_options.hpp"
#include "tests/state/store/log_files.hpp"

#include <rocksdb/db.h>

namespace calsync {
namespace {

namespace fs = std::filesystem;

class StoredLog : public testing::Test {
 protected:
  void SetUp() override { take("format-1.0"); }
  void take(const std::string& stored) {
    fs::remove_all(path_);
    fs::create_directory(path_);
    fs::permissions(path_, fs::perms::owner_all);
    for (const auto& entry :
         fs::directory_iterator(fs::path(CALSYNC_SOURCE_DIR) / "tests/fixtures/log" / stored))
      fs::copy_file(entry.path(), path_ / entry.path().filename());
  }

  // The database as such, with all of its columns, and one more where it is named.
  void change(const std::string& new_column, const std::vector<std::pair<std::string, std::string>>& meta) {
    const auto db_options = store::database_options(rocksdb::Env::Default(), false, 1U << 20U);
    std::vector<std::string> names;
    ASSERT_TRUE(rocksdb::DB::ListColumnFamilies(db_options, path_, &names).ok());
    std::vector<rocksdb::ColumnFamilyDescriptor> columns;
    const auto cache = store::block_cache();
    for (const std::string& name : names)
      columns.emplace_back(name, store::column_options(name, cache, 1U << 20U));
    rocksdb::DB* opened = nullptr;
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    ASSERT_TRUE(rocksdb::DB::Open(db_options, path_, columns, &handles, &opened).ok());
    const std::unique_ptr<rocksdb::DB> db(opened);
    if (!new_column.empty()) {
      handles.push_back(nullptr);
      ASSERT_TRUE(db->CreateColumnFamily({}, new_column, &handles.back()).ok());
      ASSERT_TRUE(db->Put({}, handles.back(), "k", "v").ok());
    }
    for (auto* handle : handles) {
      if (handle->GetName() != "meta") continue;
      for (const auto& [key, value] : meta) ASSERT_TRUE(db->Put({}, handle, key, value).ok());
    }
    for (auto* handle : handles) ASSERT_TRUE(db->DestroyColumnFamilyHandle(handle).ok());
    ASSERT_TRUE(db->Close().ok());
  }
  void rewrite_head(const std::string& format, const std::string& more) {
    std::string text = read_file(path_ / "head");
    text.replace(text.find("1.0"), 3, format);
    text.resize(text.rfind("sum "));
    text += more;
    write_file(path_ / "head", text + "sum " + to_hex(sha256(text)) + "\n");
  }
  void expect_foreign_untouched() {
    const auto before = contents_of(path_);
    const auto log = try_open(path_);
    ASSERT_FALSE(log);
    EXPECT_EQ(log.error().code, Errc::foreign) << log.error().text();
    EXPECT_NE(log.error().what.find("4.0"), std::string::npos) << log.error().what;
    EXPECT_NE(log.error().what.find("start the calsync version that wrote it"), std::string::npos)
        << "the cure: " << log.error().what;
    EXPECT_EQ(contents_of(path_), before);
  }
  void expect_sound() {
    const auto log = must_open(path_);
    EXPECT_EQ(log->log->head().raw, RawSequence{6});
    EXPECT_EQ(log->log->head().event, EventSequence{4});
    EXPECT_EQ(log->log->quarantine_size(), 1U);
    EXPECT_EQ(log->log->verify({})->damage, std::vector<std::string>{});
  }

  TempDir dir_;
  fs::path path_ = dir_.path() / "log";
};

TEST_F(StoredLog, OfFormat1_0IsOpenedAndSoundAndStaysSo) {
  expect_sound();
  expect_sound();
  EXPECT_EQ(append(*must_open(path_)->log, "new"), RawSequence{7});
}

TEST_F(StoredLog, OfALaterMinorFormatIsOpenedAndKeepsWhatIsNew) {
  change("later", {{"later", "row"}, {"format", "1.7"}});
  rewrite_head("1.7", "later line\n");
  expect_sound();
  expect_sound();
  std::vector<std::string> names;
  ASSERT_TRUE(rocksdb::DB::ListColumnFamilies(
                  store::database_options(rocksdb::Env::Default(), true, 1U << 20U), path_, &names)
                  .ok());
  EXPECT_NE(std::ranges::find(names, "later"), names.end());
}

TEST_F(StoredLog, OfALaterMajorFormatIsRefusedUntouchedByItsHead) {
  rewrite_head("4.0", "");
  expect_foreign_untouched();
}

TEST_F(StoredLog, OfALaterMajorFormatIsRefusedUntouchedByItsMetaRow) {
  change("", {{"format", "4.0"}});
  expect_foreign_untouched();
}

// That program refuses every major version but 1 by its meta row, as the tests above say of 3.0.
TEST_F(StoredLog, OfFormat2_0BeginsAtItsCutAndIsSound) {
  take("format-2.0");
  for (int round = 0; round < 2; ++round) {
    const auto log = must_open(path_);
    EXPECT_EQ(log->log->cut().raw, RawSequence{4});
    EXPECT_EQ(log->log->cut().event, EventSequence{2});
    EXPECT_EQ(log->log->head().raw, RawSequence{7});
    EXPECT_EQ(log->log->head().event, EventSequence{5});
    EXPECT_TRUE(log->log->raw(RawSequence{4})->body) << "it is in quarantine";
    EXPECT_EQ(log->log->raw(RawSequence{3}).error().code, Errc::not_found);
    EXPECT_EQ(log->log->verify({})->damage, std::vector<std::string>{});
  }
  EXPECT_EQ(append(*must_open(path_)->log, "new"), RawSequence{8});
}

TEST_F(StoredLog, ThatSaysItWasTrimmedAndHasNoCutIsDamaged) {
  change("", {{"format", "2.0"}});
  const auto log = try_open(path_);
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().code, Errc::corrupt);
  EXPECT_NE(log.error().what.find("meta row `cut` is missing"), std::string::npos) << log.error().what;
}

}  // namespace
}  // namespace calsync
