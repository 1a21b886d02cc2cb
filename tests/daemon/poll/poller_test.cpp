// When the poller polls, and what it says.
#include "daemon/poll/poller.hpp"

#include "daemon/poll/failing_reads.hpp"
#include "tests/daemon/poll/polls.hpp"

#include <future>

namespace calsync {
namespace {

class Pollers : public Polls {
 protected:
  std::unique_ptr<Poller> start(std::function<void(const std::string&)> on_silence = [](const auto&) {}) {
    return start(clock_, std::move(on_silence));
  }
  std::unique_ptr<Poller> start(
      Clock& clock, std::function<void(const std::string&)> on_silence = [](const auto&) {}) {
    settings_.poll.overlap = std::chrono::minutes{15};
    settings_.poll.full_sweep = std::chrono::hours{24};
    settings_.poll.interval = interval_;
    return Poller::start(cal_, *log_, clock, probe_,
                         {.settings = settings_,
                          .on_problem = [](const std::string&) {},
                          .on_silence = std::move(on_silence)});
  }
  std::chrono::milliseconds interval_ = std::chrono::hours{1};
  static void until(const Poller& poller, std::uint64_t polls) {
    while (poller.status().polls < polls) std::this_thread::sleep_for(std::chrono::milliseconds{2});
  }
  [[nodiscard]] bool swept(std::size_t from) const {
    return std::any_of(cal_.paths.begin() + static_cast<std::ptrdiff_t>(from), cal_.paths.end(),
                       [](const auto& path) { return path.find("sortStart") != std::string::npos; });
  }
};

TEST_F(Pollers, ARestartSweepsOnlyWhenItsTimeHasCome) {
  cal_.add("a");
  auto poller = start();
  until(*poller, 1);
  poller->stop();
  EXPECT_TRUE(swept(0)) << "the first start";
  auto before = cal_.paths.size();
  poller = start();
  until(*poller, 1);
  poller->stop();
  EXPECT_FALSE(swept(before)) << "a moment later";
  ASSERT_TRUE(log_->set_note("poll/sweep", to_text(clock_.wall() - std::chrono::hours{25})));
  before = cal_.paths.size();
  poller = start();
  until(*poller, 1);
  poller->stop();
  EXPECT_TRUE(swept(before)) << "a day later, however often it was started between";
}

TEST_F(Pollers, BookingsWithoutAnyWebhookAreNoticed) {
  cal_.add("a");
  std::promise<std::string> silent;
  std::promise<void> heard;
  auto poller = start([&](const std::string& problem) {
    if (problem.empty())
      heard.set_value();
    else
      silent.set_value(problem);
  });
  until(*poller, 1);
  for (const char* uid : {"b", "c", "d"}) cal_.add(uid);
  poller->poll_soon();
  EXPECT_EQ(
      silent.get_future().get(),
      "polls found 3 bookings that were made, moved or ended, and no webhook came since the first of them");
  ASSERT_TRUE(
      log_->append_and_wait({.source = RecordSource::webhook,
                             .source_id = {},
                             .content_type = "application/json",
                             .received = clock_.wall(),
                             .body = R"({"triggerEvent":"PING","createdAt":"2026-11-20T09:30:00.000Z"})"}));
  heard.get_future().get();
  poller->stop();
}

// Goes on by itself, and further where somebody says so.
class PushedClock final : public Clock {
 public:
  Instant wall() override { return system_.wall(); }
  std::chrono::steady_clock::time_point steady() override {
    return system_.steady() + std::chrono::minutes{pushed.load()};
  }
  std::atomic<int> pushed = 0;

 private:
  SystemClock system_;
};

TEST_F(Pollers, TheIntervalStretchesWhilePollsAreSlowAndShrinksAgain) {
  cal_.add("a");
  PushedClock clock;
  auto poller = start(clock);
  until(*poller, 1);
  EXPECT_EQ(poller->status().interval, std::chrono::hours{1});
  EXPECT_GE(poller->status().requests, 3U) << "users, bookings, time off";
  std::atomic<bool> slow = true;
  cal_.fault = [&](std::string_view) -> std::optional<Error> {
    if (slow) clock.pushed += 40;
    return std::nullopt;
  };
  poller->poll_soon();
  until(*poller, 2);
  poller->stop();  // and what the poll said is whole
  EXPECT_EQ(poller->status().requests, 2U) << "bookings, time off";
  EXPECT_EQ(std::chrono::floor<std::chrono::minutes>(poller->status().interval), std::chrono::minutes{160});
  EXPECT_EQ(poller->status().watermark, cal_.now);
  slow = false;
  poller = start(clock);
  until(*poller, 1);
  poller->stop();
  EXPECT_EQ(poller->status().interval, std::chrono::hours{1});
}

TEST(FailingReads, WaitTwiceAsLongEachTimeAndBlameNobodyInAnOutage) {
  using std::chrono::minutes;
  FailingReads failing(minutes{2}, minutes{15});
  for (const int wait : {2, 4, 8, 15, 15}) EXPECT_EQ(failing.failed("a", true), minutes{wait});
  EXPECT_EQ(failing.failed("b", false), minutes{2});
  EXPECT_EQ(failing.times("a"), 5);
  EXPECT_EQ(failing.times("b"), 0);
  EXPECT_EQ(failing.again_and_again(), 1U);
  failing.went_well("a");
  EXPECT_EQ(failing.again_and_again(), 0U);
  EXPECT_EQ(failing.failed("a", true), minutes{2}) << "it begins anew";
}

TEST_F(Pollers, ABookingThatAlwaysFailsIsAskedLessAndLessOftenAndHoldsUpNoOther) {
  cal_.add("old")["rescheduledToUid"] = "bad";
  cal_.add("older")["rescheduledToUid"] = "good";
  std::atomic<int> asked_bad = 0, asked_good = 0;
  std::atomic<bool> answers = false;
  cal_.fault = [&](std::string_view path) -> std::optional<Error> {
    if (path.starts_with("/v2/bookings/good")) ++asked_good;
    if (!path.starts_with("/v2/bookings/bad")) return std::nullopt;
    ++asked_bad;
    return answers ? std::nullopt : std::optional(Error{Errc::io, "it answered 500"});
  };
  std::promise<std::string> failing;
  std::promise<void> well;
  PushedClock clock;
  settings_.poll.interval = interval_;
  settings_.poll.overlap = std::chrono::minutes{15};
  settings_.poll.full_sweep = std::chrono::hours{24};
  auto poller = Poller::start(cal_, *log_, clock, probe_,
                              {.settings = settings_,
                               .on_problem = [](const std::string&) {},
                               .on_failing =
                                   [&](const std::string& problem) {
                                     problem.empty() ? well.set_value() : failing.set_value(problem);
                                   }});
  // The first poll may have begun before; behind the last one all of the second is done.
  const auto pass = [&](int minutes) {
    clock.pushed += minutes;
    for (int poll = 0; poll < 3; ++poll) {
      const std::uint64_t before = poller->status().polls;
      poller->poll_soon();
      until(*poller, before + 1);
    }
  };
  pass(1);
  int passes = 0;
  for (; asked_bad < 4 && passes < 30; ++passes) pass(61);
  EXPECT_GE(passes, 6) << "after 1 h, 2 h and 4 h";
  EXPECT_EQ(asked_bad, 4);
  EXPECT_GE(asked_good, 1);
  EXPECT_EQ(
      failing.get_future().get(),
      "Cal.com fails to answer for 1 booking, asked alone: asked less and less often; the last answer was: "
      "it answered 500 (GET /v2/bookings/bad)");
  EXPECT_EQ(std::ranges::count(events(), "booking.created old"), 1)
      << "it did not wait for the one that fails";
  answers = true;
  for (int hours = 0; hours < 10; ++hours) pass(61);
  well.get_future().get();
  poller->stop();
}

TEST_F(Pollers, OfBookingsThatFailTheLongestDueIsAskedFirst) {
  cal_.add("old-a")["rescheduledToUid"] = "bad-a";
  cal_.add("old-b")["rescheduledToUid"] = "bad-b";
  PushedClock clock;
  std::atomic<int> asked_a = 0, asked_b = 0;
  cal_.fault = [&](std::string_view path) -> std::optional<Error> {
    if (!path.starts_with("/v2/bookings/bad-")) return std::nullopt;
    ++(path.ends_with('a') ? asked_a : asked_b);
    clock.pushed += 50 * 60;  // a poll is due again, and so is this one
    return Error{Errc::timeout, "it did not answer"};
  };
  auto poller = start(clock);
  until(*poller, 1);
  clock.pushed += 1;
  poller->poll_soon();
  while (asked_a + asked_b < 8) std::this_thread::sleep_for(std::chrono::milliseconds{2});
  poller->stop();
  EXPECT_LE(std::abs(asked_a - asked_b), 1) << asked_a << " and " << asked_b;
}

TEST_F(Pollers, ASmallBudgetIsSpreadOverItsMinute) {
  cal_.add("a");
  interval_ = std::chrono::seconds{1};
  settings_.calcom.requests_per_minute = 10;  // of which polls have 4
  PushedClock clock;
  auto poller = start(clock);
  until(*poller, 1);
  poller->poll_soon();
  until(*poller, 2);
  poller->stop();
  EXPECT_EQ(poller->status().requests, 2U);
  EXPECT_EQ(poller->status().interval, std::chrono::seconds{30});
}

TEST_F(Polls, WhoJoinedSinceTheSweepIsOfOurs) {
  cal_.add("a");
  sweep();
  cal_.users.push_back(boost::json::parse(R"({"id":99,"email":"new@quill.test","name":"New"})").as_object());
  cal_.add("b")["hosts"] = boost::json::parse(R"([{"id":99,"email":"new@quill.test"}])");
  poll();
  EXPECT_EQ(events(), (std::vector<std::string>{"booking.created a", "booking.created b"}));
}

TEST_F(Polls, ForeignBookingsArePassedOverAfterARestart) {
  cal_.add("a");
  sweep();
  restart();
  cal_.add("b")["hosts"] = boost::json::parse(R"([{"id":99,"email":"someone@else.test"}])");
  poll();
  EXPECT_EQ(events(), (std::vector<std::string>{"booking.created a"}));
}

}  // namespace
}  // namespace calsync
