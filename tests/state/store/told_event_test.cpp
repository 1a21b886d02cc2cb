// Events that Kafka tells again after a restore: they stand in the chain under the hash that Kafka has.
#include "log_fixture.hpp"
#include "tests/support/erase_keys.hpp"

namespace calsync {
namespace {

class ToldEvents : public testing::Test {
 protected:
  TempDir temp;
  Digest told{};
  std::unique_ptr<OpenLog> log = must_open(temp.path() / "log");

  void SetUp() override {
    told.fill(7);
    for (int n = 1; n <= 3; ++n) append(*log->log, "body " + std::to_string(n));
    ASSERT_TRUE(commit_events(*log->log, 1, 1));
    ASSERT_TRUE((*log)->expect_events({{EventSequence{1}, told}, {EventSequence{2}, told}}));
    ASSERT_TRUE(commit_events(*log->log, 2, 3));
  }
  std::vector<std::string> damage() const { return (*log)->verify({})->damage; }
};

TEST_F(ToldEvents, HaveTheHashThatWasToldAndTheNextOneFollowsIt) {
  EXPECT_NE((*log)->event(EventSequence{1})->hash, told);  // it was there already
  const auto second = (*log)->event(EventSequence{2});
  ASSERT_TRUE(second) << second.error().text();
  EXPECT_EQ(second->hash, told);
  EXPECT_EQ(second->event.value, "event of 2");
  EXPECT_EQ(damage(), std::vector<std::string>{});
}

TEST_F(ToldEvents, AreKnownAgainByEveryByte) {
  auto second = (*log)->event(EventSequence{2})->event;
  EXPECT_EQ(*(*log)->hash_as_stored(second, {}), told);
  second.value += " ";
  EXPECT_NE(*(*log)->hash_as_stored(second, {}), told);
}

TEST_F(ToldEvents, KeepTheirHashOverARebuildAndAnErasure) {
  const auto head = (*log)->head();
  ASSERT_TRUE((*log)->clear_projection());
  ASSERT_TRUE(commit_events(*log->log, 1, 3));
  EXPECT_EQ((*log)->head().event_hash, head.event_hash);
  ASSERT_TRUE(tests::erase_keys(*log->log, {}, {EventSequence{2}}));
  EXPECT_TRUE((*log)->event(EventSequence{2})->event.erased);
  const auto erased = (*log)->erased_event(EventSequence{2});
  ASSERT_TRUE(erased && *erased);
  EXPECT_EQ(*(*log)->hash_as_stored(**erased, {}), told);
  log.reset();
  log = must_open(temp.path() / "log");
  EXPECT_EQ((*log)->head().event_hash, head.event_hash);
  EXPECT_EQ(damage(), std::vector<std::string>{});
}

TEST_F(ToldEvents, AreExpectedOnceAndTheSame) {
  Digest other{};
  other.fill(8);
  EXPECT_TRUE((*log)->expect_events({{EventSequence{9}, told}}));
  EXPECT_TRUE((*log)->expect_events({{EventSequence{9}, told}}));
  const auto refused = (*log)->expect_events({{EventSequence{9}, other}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::conflict);
}

}  // namespace
}  // namespace calsync
