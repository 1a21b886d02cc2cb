#include "state/views/booking_query.hpp"
#include "tests/daemon/poll/polls.hpp"

#include <gmock/gmock.h>

namespace calsync {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(Polls, TheFirstSweepBringsWhatIsThereAndTheNextPollOnlyWhatChanged) {
  cal_.add("a");
  cal_.add("b");
  sweep();
  EXPECT_THAT(events(), ElementsAre("booking.created a", "booking.created b"));
  const auto raw = log_->head().raw;
  poll();
  EXPECT_EQ(log_->head().raw, raw) << "nothing changed: nothing is written";
  cal_.bookings["a"]["hosts"] = boost::json::parse(R"([{"id":5,"email":"edith@quill.test"}])");
  cal_.bookings["a"]["title"] = "Review moved";
  cal_.touch("a");
  cal_.add("c");
  poll();
  EXPECT_THAT(events(), ElementsAre("booking.created a", "booking.created b", "booking.changed a",
                                    "booking.created c"));
}

TEST_F(Polls, ARowFromTheFutureHidesNothingOfWhatComesAfterIt) {
  cal_.add("a");
  cal_.bookings["a"]["updatedAt"] = "2999-01-01T00:00:00.000Z";
  cal_.add("b");
  sweep();
  cal_.bookings["b"]["title"] = "Review moved";
  cal_.bookings["b"]["updatedAt"] = to_text(clock_.wall());
  poll();
  EXPECT_THAT(events(), ElementsAre("booking.created a", "booking.created b", "booking.changed b"));
}

TEST_F(Polls, RowsThatCannotBeUnderstoodAreCounted) {
  cal_.add("a");
  cal_.add("b")["start"] = "2026-13-45T99:99:99Z";
  sweep();
  EXPECT_EQ(run_->unreadable(), 1U);
  EXPECT_THAT(events(), ElementsAre("booking.created a"));
}

TEST_F(Polls, AnEmptyPageThatSaysThatMoreFollowIsNoAnswer) {
  cal_.add("a");
  cal_.empty_page_with_more = true;
  EXPECT_FALSE(run_->sweep({}));
  EXPECT_FALSE(run_->watermark());
}

TEST_F(Polls, AFailedPageMovesNothing) {
  cal_.add("a");
  sweep();
  cal_.add("b");
  cal_.fault = [](std::string_view path) -> std::optional<Error> {
    if (path.find("/bookings") == std::string_view::npos) return std::nullopt;
    return Error{Errc::timeout, "a fault of this test"};
  };
  EXPECT_FALSE(run_->changed());
  cal_.fault = {};
  restart();
  poll();
  EXPECT_THAT(events(), ElementsAre("booking.created a", "booking.created b"));
}

TEST_F(Polls, ManyPagesWithOneInstantAndSomeThatMoveMeanwhileMissNothing) {
  for (int i = 0; i < 600; ++i) cal_.add("u" + std::to_string(1000 + i));
  const auto same = cal_.bookings["u1000"]["updatedAt"];
  for (int i = 0; i < 300; ++i) cal_.bookings["u" + std::to_string(1000 + i)]["updatedAt"] = same;
  sweep();
  EXPECT_EQ(events().size(), 600U);
  for (auto& [uid, row] : cal_.bookings) {
    row["title"] = "New";
    cal_.touch(uid);
  }
  int page = 0;
  cal_.fault = [&](std::string_view path) -> std::optional<Error> {
    if (path.find("sortUpdatedAt") != std::string_view::npos && page++ == 1)
      cal_.touch("u1005");  // moves to the end
    return std::nullopt;
  };
  poll();
  EXPECT_EQ(events().size(), 1200U);
}

TEST_F(Polls, AnUnchangedOrganisationCostsTwoRequests) {
  for (int i = 0; i < 25; ++i) cal_.add("u" + std::to_string(i));
  sweep();
  const auto before = cal_.calls;
  poll();
  EXPECT_LE(cal_.calls - before, 4U);
}

TEST_F(Polls, WhatVanishesIsConfirmedTwice) {
  cal_.add("a");
  sweep();
  cal_.bookings.erase("a");
  sweep();
  EXPECT_THAT(run_->take_doubts(), ElementsAre("a"));
  ASSERT_TRUE(run_->read("a"));
  EXPECT_THAT(events(), ElementsAre("booking.created a")) << "once is not enough";
  cal_.not_found.clear();
  EXPECT_FALSE(run_->read("a")) << "a proxy knows nothing of bookings";
  cal_.not_found = "NotFoundException";
  EXPECT_THAT(run_->take_doubts(), ElementsAre("a"));
  ASSERT_TRUE(run_->read("a"));
  EXPECT_THAT(events(), ElementsAre("booking.created a", "booking.vanished a"));
  sweep();
  EXPECT_THAT(run_->take_doubts(), IsEmpty()) << "told once";
}

TEST_F(Polls, WhatVanishesReturnsAndVanishesAgainIsToldEachTime) {
  cal_.add("a");
  sweep();
  const auto row = cal_.bookings.at("a");
  const auto vanish = [&] {
    cal_.bookings.erase("a");
    sweep();
    for (int look = 0; look < 2; ++look)
      for (const auto& uid : run_->take_doubts()) ASSERT_TRUE(run_->read(uid));
  };
  vanish();
  cal_.bookings["a"] = row;
  sweep();
  sweep();
  EXPECT_THAT(run_->take_doubts(), IsEmpty()) << "its return is told once";
  vanish();
  EXPECT_THAT(events(), ElementsAre("booking.created a", "booking.vanished a", "booking.changed a",
                                    "booking.vanished a"));
}

TEST_F(Polls, ManyThatVanishTogetherAreAllTold) {
  for (int i = 10; i < 60; ++i) cal_.add("u" + std::to_string(i));
  cal_.add("stays");
  sweep();
  for (int i = 10; i < 60; ++i) cal_.bookings.erase("u" + std::to_string(i));
  for (int sweeps = 0; sweeps < 4; ++sweeps) {
    sweep();
    for (int look = 0; look < 2; ++look)
      for (const auto& uid : run_->take_doubts()) ASSERT_TRUE(run_->read(uid));
  }
  const auto told = events();
  EXPECT_EQ(std::ranges::count_if(told, [](const auto& one) { return one.starts_with("booking.vanished"); }),
            50);
}

TEST_F(Polls, ABookingThatEndsBeforeItBeginsIsTakenAndShown) {
  cal_.add("a");
  cal_.add("backwards")["end"] = "2026-12-01T09:00:00.000Z";
  sweep();
  cal_.bookings["backwards"]["title"] = "Review of the end";
  cal_.touch("backwards");
  poll();
  EXPECT_THAT(events(),
              ElementsAre("booking.created a", "booking.created backwards", "booking.changed backwards"));
  const auto shown = find_booking(*log_->views(), "backwards");
  ASSERT_TRUE(shown);
  EXPECT_EQ(to_text(*shown->booking.end), "2026-12-01T09:00:00.000Z");
  cal_.bookings.erase("backwards");
  sweep();
  EXPECT_THAT(run_->take_doubts(), ElementsAre("backwards"));
}

TEST_F(Polls, ADifferenceThatDoesNotMoveUpdatedAtIsLookedAtAgain) {
  cal_.add("a");
  sweep();
  auto& absent = cal_.bookings["a"]["attendees"].as_array()[0].as_object()["absent"];
  absent = true;
  sweep();
  EXPECT_THAT(events(), ElementsAre("booking.created a", "booking.no_show_updated a"));
  absent = false;
  sweep();
  EXPECT_THAT(run_->take_doubts(), ElementsAre("a"));
  ASSERT_TRUE(run_->read("a"));
  EXPECT_THAT(events(),
              ElementsAre("booking.created a", "booking.no_show_updated a", "booking.no_show_updated a"));
}

TEST_F(Polls, TheOldHalfOfARescheduleIsToldByTheNewOne) {
  cal_.add("a");
  sweep();
  cal_.bookings["a"]["status"] = "cancelled";
  cal_.bookings["a"]["rescheduledToUid"] = "b";
  cal_.touch("a");
  cal_.add("b", "2026-12-02T10:00:00.000Z")["rescheduledFromUid"] = "a";
  poll();
  for (const auto& uid : run_->take_doubts()) ASSERT_TRUE(run_->read(uid));
  poll();
  EXPECT_THAT(events(), ElementsAre("booking.created a", "booking.rescheduled b"));
}

TEST_F(Polls, AFirstSweepKnowsBothHalvesOfARescheduleWhole) {
  auto& old = cal_.add("a");
  old["status"] = "cancelled";
  old["rescheduledToUid"] = "b";
  auto& next = cal_.add("b", "2026-12-02T10:00:00.000Z");
  next["rescheduledFromUid"] = "a";
  next["hosts"] = boost::json::parse(R"([{"id":6,"email":"emil@quill.test"}])");
  cal_.users.push_back(boost::json::parse(R"({"id":6,"email":"emil@quill.test","name":"Emil"})").as_object());
  sweep();
  for (const auto& uid : run_->take_doubts()) ASSERT_TRUE(run_->read(uid));
  EXPECT_THAT(events(), ElementsAre("booking.rescheduled b", "booking.changed a"));
  const auto raw = log_->head().raw;
  sweep();
  EXPECT_THAT(run_->take_doubts(), IsEmpty());
  EXPECT_EQ(log_->head().raw, raw) << "all is known";
}

TEST_F(Polls, OfWhatABookingCameIsAskedForWhereTheSweepDoesNotListIt) {
  settings_.poll.past = std::chrono::hours{24 * 35};
  const auto day = [&](int ago) { return to_text(clock_.wall() - std::chrono::hours{24 * ago}); };
  const auto moved = [&](const std::string& uid, const std::string& next, int ago) -> auto& {
    auto& old = cal_.add(uid, day(ago));
    old["status"] = "cancelled";
    old["rescheduledToUid"] = next;
    return old;
  };
  moved("z", "y", 90);
  moved("y", "x", 60)["rescheduledFromUid"] = "z";
  cal_.add("x", day(-3))["rescheduledFromUid"] = "y";
  sweep();
  EXPECT_THAT(events(), ElementsAre("booking.rescheduled x", "booking.changed y", "booking.changed z"));
  const auto told = log_->read_events(EventSequence{1}, 10, 1'000'000);
  for (const auto& one : *told) EXPECT_EQ(one.event.key.value(), "z") << "one life, one key";
  const auto raw = log_->head().raw;
  sweep();
  const auto calls = cal_.calls;
  poll();
  EXPECT_LE(cal_.calls - calls, 2U) << "asked once";
  EXPECT_EQ(log_->head().raw, raw);
}

TEST_F(Polls, AncestorsInACircleOrWithoutEndOrGoneHoldUpNothing) {
  const std::string long_ago = to_text(clock_.wall() - std::chrono::hours{24 * 400});
  cal_.add("a", long_ago)["rescheduledFromUid"] = "b";
  cal_.add("b", long_ago)["rescheduledFromUid"] = "a";
  cal_.add("circle")["rescheduledFromUid"] = "a";
  cal_.add("of-nobody")["rescheduledFromUid"] = "gone";
  for (int i = 0; i < 100; ++i)
    cal_.add("n" + std::to_string(i), long_ago)["rescheduledFromUid"] = "n" + std::to_string(i + 1);
  cal_.add("endless")["rescheduledFromUid"] = "n0";
  cal_.paths.clear();
  sweep();
  const auto asked =
      std::ranges::count_if(cal_.paths, [](const auto& path) { return path.starts_with("/v2/bookings/n"); });
  EXPECT_EQ(asked, 32) << "no further";
  const auto told = events();
  for (const char* uid : {"circle", "endless", "of-nobody"})
    EXPECT_THAT(told, testing::Contains(std::string("booking.rescheduled ") + uid));
}

TEST_F(Polls, AnAncestorThatCannotBeReadIsReadLater) {
  cal_.add("old", to_text(clock_.wall() - std::chrono::hours{24 * 400}))["rescheduledToUid"] = "new";
  cal_.add("new")["rescheduledFromUid"] = "old";
  bool fails = true;
  cal_.fault = [&](std::string_view path) -> std::optional<Error> {
    if (!fails || !path.starts_with("/v2/bookings/")) return std::nullopt;
    return Error{Errc::timeout, "a fault of this test"};
  };
  EXPECT_FALSE(run_->sweep({}));
  EXPECT_THAT(events(), IsEmpty()) << "it would have another key";
  fails = false;
  sweep();
  EXPECT_THAT(events(), ElementsAre("booking.rescheduled new", "booking.changed old"));
}

TEST_F(Polls, AnAncestorThatNeverAnswersHoldsUpThreePassesAndNoMore) {
  cal_.add("other");
  cal_.add("old", to_text(clock_.wall() - std::chrono::hours{24 * 400}))["rescheduledToUid"] = "new";
  cal_.add("new")["rescheduledFromUid"] = "old";
  cal_.fault = [&](std::string_view path) -> std::optional<Error> {
    if (!path.starts_with("/v2/bookings/old")) return std::nullopt;
    return Error{Errc::timeout, "a fault of this test"};
  };
  EXPECT_FALSE(run_->sweep({}));
  EXPECT_FALSE(run_->sweep({}));
  sweep();
  EXPECT_THAT(events(), ElementsAre("booking.created other", "booking.rescheduled new"));
  EXPECT_THAT(run_->take_doubts(), ElementsAre("old"));
}

TEST_F(Polls, ForeignBookingsArePassedOver) {
  cal_.add("a")["hosts"] = boost::json::parse(R"([{"id":99,"email":"someone@else.test"}])");
  sweep();
  EXPECT_THAT(events(), IsEmpty());
}

TEST_F(Polls, TimeOffIsFollowedToItsEnd) {
  cal_.add("a");
  sweep();
  cal_.time_off.push_back(
      boost::json::parse(
          R"({"id":3,"uuid":"x-1","userId":5,"toUserId":null,"start":"2026-12-20T00:00:00.000Z",
    "end":"2026-12-24T23:59:59.999Z","notes":null,"reason":"vacation"})")
          .as_object());
  poll();
  cal_.time_off[0]["notes"] = "skiing";
  poll();
  cal_.time_off.clear();
  poll();
  EXPECT_THAT(events(), ElementsAre("booking.created a", "ooo.created x-1", "ooo.updated x-1"))
      << "one list without it proves nothing";
  poll();
  EXPECT_THAT(events(),
              ElementsAre("booking.created a", "ooo.created x-1", "ooo.updated x-1", "ooo.deleted x-1"));
}

}  // namespace
}  // namespace calsync
