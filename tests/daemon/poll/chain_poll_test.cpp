// Reschedules of which webhooks told in part: the poll comes upon the old half first, and of it is told that it was moved, not
// that it was cancelled.
#include "tests/daemon/poll/polls.hpp"

#include <gmock/gmock.h>

namespace calsync {
namespace {

namespace json = boost::json;
using testing::ElementsAre;

class ChainPolls : public Polls {
 protected:
  void move(const std::string& from, const std::string& to) {
    auto& old = cal_.bookings.at(from);
    old["status"] = "cancelled";
    old["rescheduledToUid"] = to;
    cal_.touch(from);
    cal_.add(to, "2026-12-02T10:00:00.000Z")["rescheduledFromUid"] = from;
  }
  // Its webhook; `came_of`: as a reschedule tells it, "" as a confirmation, which does not.
  void told_by_webhook(const std::string& trigger, const std::string& uid, const std::string& came_of) {
    const auto& row = cal_.bookings.at(uid);
    json::object payload{
        {"uid", uid},
        {"bookingId", row.at("id")},
        {"title", row.at("title")},
        {"startTime", row.at("start")},
        {"endTime", row.at("end")},
        {"status", "ACCEPTED"},
        {"organizer", row.at("hosts").at(0)},
        {"attendees", json::parse(R"([{"name":"Ana","email":"ana@client.test","timeZone":"Europe/Lisbon",
                                       "language":{"locale":"en"}}])")}};
    if (!came_of.empty()) payload["rescheduleUid"] = came_of;
    ASSERT_TRUE(log_->append_and_wait({.source = RecordSource::webhook,
                                       .source_id = {},
                                       .content_type = "application/json",
                                       .received = clock_.wall(),
                                       .body = json::serialize(json::object{
                                           {"triggerEvent", trigger},
                                           {"createdAt", to_text(cal_.now + std::chrono::milliseconds{50})},
                                           {"payload", std::move(payload)}})}));
  }
  std::vector<std::string> events_but_changes() {
    auto told = events();
    std::erase_if(told, [](const auto& one) { return one.starts_with("booking.changed "); });
    return told;
  }
};

TEST_F(ChainPolls, AMoveBeforeTheOneThatWebhooksToldIsNoCancellation) {
  cal_.add("before");
  sweep();
  cal_.add("a");
  move("a", "b");
  move("b", "c");
  told_by_webhook("BOOKING_RESCHEDULED", "c", "b");
  poll();
  EXPECT_THAT(events_but_changes(),
              ElementsAre("booking.created before", "booking.rescheduled c", "booking.linked b"));
}

TEST_F(ChainPolls, AMoveWhoseNewHalfWasOnlyConfirmedByWebhookIsNoCancellation) {
  cal_.add("before");
  sweep();
  cal_.add("a");
  move("a", "b");
  told_by_webhook("BOOKING_CREATED", "b", "");
  poll();
  EXPECT_THAT(events_but_changes(),
              ElementsAre("booking.created before", "booking.created b", "booking.linked b"));
}

class LostNewHalf : public ChainPolls {
 protected:
  // "a" is known and was moved to "b", which cannot be read.
  void SetUp() override {
    ChainPolls::SetUp();
    cal_.add("a");
    sweep();
    move("a", "b");
  }
  void read_twice(const std::string& uid) {
    for (int look = 0; look < 2; ++look) {
      EXPECT_THAT(run_->take_doubts(), testing::Contains(uid));
      ASSERT_TRUE(run_->read(uid));
    }
  }
};

TEST_F(LostNewHalf, ThatIsKnownWithoutItsParentHoldsUpTheOldHalfNoLonger) {
  told_by_webhook("BOOKING_CREATED", "b", "");
  cal_.bookings.erase("b");
  poll();
  read_twice("b");
  EXPECT_THAT(events(), ElementsAre("booking.created a", "booking.created b", "booking.vanished b",
                                    "booking.cancelled a"));
  poll();
  sweep();
  EXPECT_THAT(run_->take_doubts(), testing::IsEmpty()) << "nor is it asked for again and again";
}

TEST_F(LostNewHalf, ThatIsUnknownHoldsUpTheOldHalfNoLongerThanUntilItIsKnownToBeNowhere) {
  cal_.bookings.erase("b");
  sweep();
  EXPECT_THAT(events(), ElementsAre("booking.created a")) << "it may come yet";
  read_twice("b");
  EXPECT_THAT(events(), ElementsAre("booking.created a", "booking.cancelled a")) << "without another pass";
}

TEST_F(LostNewHalf, ThatFailsToAnswerAgainAndAgainHoldsUpTheOldHalfNoLonger) {
  const auto b = cal_.bookings.extract("b").mapped();
  poll();
  ASSERT_TRUE(run_->wait_no_longer_for("b"));
  EXPECT_THAT(events(), ElementsAre("booking.created a", "booking.cancelled a"));
  cal_.bookings.at("a")["title"] = "Review of the end";
  cal_.touch("a");
  sweep();
  EXPECT_EQ(events().back(), "booking.changed a") << "nor after a sweep";
  cal_.bookings.emplace("b", b);
  ASSERT_TRUE(run_->read("b"));
  EXPECT_EQ(events().back(), "booking.rescheduled b") << "once it answers";
}

}  // namespace
}  // namespace calsync
