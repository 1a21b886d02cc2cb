// F3, P27: a full disk refuses deliveries and passes; a broken one ends the acknowledging for good.
#include "tests/state/store/faulty_disk.hpp"
#include "tests/state/store/log_fixture.hpp"

#include <future>

namespace calsync {
namespace {

struct FaultyLog {
  TempDir dir;
  FaultySwitch faults;
  Disk disk{std::make_shared<FaultyFiles>(faults)};
  std::promise<Error> failed;
  std::unique_ptr<OpenLog> log;
  FaultyLog() { reopen(); }
  void reopen() {
    log.reset();
    failed = {};
    LogOptions options;
    options.path = dir.path() / "log";
    options.disk = &disk;
    options.reserve_bytes = reserve;
    if (reserve > 0) options.write_buffer_bytes = reserve / 2;
    options.on_failed = [this](Error error) { failed.set_value(std::move(error)); };
    log = must_open(options);
  }
  [[nodiscard]] bool reserve_is_held() const {
    return std::filesystem::exists(dir.path() / "log" / "reserve");
  }
  std::uint64_t reserve = 0;
};

// Tries until it goes well; how long a disk takes is not the subject.
template <class Try>
bool in_the_end(Try attempt) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{60};
  while (!attempt())
    if (std::chrono::steady_clock::now() > until) return false;
  return true;
}

// P27: room for what is under way, not for more deliveries.
TEST(LogDisk, ReservesRoomForWhatIsUnderWayWhenTheDiskIsFull) {
  FaultyLog f;
  f.reserve = 1U << 20U;
  f.reopen();
  const auto file = f.dir.path() / "log" / "reserve";
  ASSERT_EQ(std::filesystem::file_size(file), f.reserve);
  append(*f.log->log, "acknowledged");
  f.faults.fault = Fault::no_space;
  EXPECT_EQ(f.log->log->append_and_wait(delivery("one too many")).error().code, Errc::disk_full);
  EXPECT_FALSE(f.reserve_is_held()) << "its room is what is left now";

  f.faults.room = f.reserve + f.reserve / 2;
  f.faults.fault = Fault::none;
  EXPECT_TRUE(in_the_end([&] { return commit_events(*f.log->log, 1, 1).has_value(); }));
  EXPECT_TRUE(f.log->log->set_note("claim", "mine"));
  EXPECT_EQ(f.log->log->append_and_wait(delivery("still too many")).error().code, Errc::disk_full);
  EXPECT_TRUE(f.log->log->append_and_wait(delivery("acknowledged"))->duplicate);
  EXPECT_TRUE(f.log->log->disk_full());
  EXPECT_FALSE(f.reserve_is_held());

  f.faults.room = std::numeric_limits<std::uint64_t>::max();
  EXPECT_TRUE(in_the_end([&] { return f.log->log->append_and_wait(delivery("room again")).has_value(); }));
  EXPECT_EQ(std::filesystem::file_size(file), f.reserve);
  EXPECT_FALSE(f.log->log->disk_full());
  EXPECT_EQ(f.log->log->head().raw, RawSequence{2});
}

TEST(LogDisk, ReserveIsMadeAgainWhereItWasLeftOut) {
  FaultyLog f;
  f.reserve = 1U << 20U;
  f.faults.room = 1000;
  f.reopen();
  EXPECT_FALSE(f.reserve_is_held());
  EXPECT_EQ(append(*f.log->log, "taken all the same"), RawSequence{1});
  f.faults.room = std::numeric_limits<std::uint64_t>::max();
  f.reopen();
  EXPECT_TRUE(f.reserve_is_held());
}

TEST(LogDisk, RefusesWhileFullAndGoesOnWithoutARestart) {
  FaultyLog f;
  ASSERT_EQ(append(*f.log->log, "before"), RawSequence{1});
  f.faults.fault = Fault::no_space;
  for (int i = 0; i < 5; ++i) {
    const auto refused = f.log->log->append_and_wait(delivery("while full " + std::to_string(i)));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::disk_full) << refused.error().text();
  }
  EXPECT_EQ(f.log->log->raw(RawSequence{1})->body, "before") << "reading goes on";
  EXPECT_TRUE(f.log->log->append_and_wait(delivery("before"))->duplicate) << "what is known stays known";
  EXPECT_FALSE(f.log->log->failed());
  EXPECT_TRUE(f.log->log->disk_full());
  EXPECT_EQ(f.log->log->checkpoint(f.dir.path() / "copy").error().code, Errc::disk_full);
  f.faults.fault = Fault::none;
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  auto after = f.log->log->append_and_wait(delivery("after"));
  while (!after && std::chrono::steady_clock::now() < until)
    after = f.log->log->append_and_wait(delivery("after"));
  ASSERT_TRUE(after) << after.error().text();
  EXPECT_EQ(after->sequence, RawSequence{2}) << "what was refused took no sequence";
  f.reopen();
  EXPECT_EQ(f.log->log->head().raw, RawSequence{2});
  EXPECT_EQ(f.log->log->verify({})->damage, std::vector<std::string>{});
}

TEST(LogDisk, StopsForGoodAfterAnyOtherErrorAndTells) {
  FaultyLog f;
  append(*f.log->log, "before");
  f.faults.fault = Fault::broken;
  EXPECT_EQ(f.log->log->append_and_wait(delivery("x")).error().code, Errc::io);
  EXPECT_EQ(f.failed.get_future().get().code, Errc::io);
  f.faults.fault = Fault::none;
  EXPECT_EQ(f.log->log->append_and_wait(delivery("y")).error().code, Errc::io)
      << "who knows what the disk kept";
  EXPECT_TRUE(f.log->log->failed());
  EXPECT_EQ(f.log->log->raw(RawSequence{1})->body, "before");
  f.reopen();
  EXPECT_GE(f.log->log->head().raw, RawSequence{1});
  EXPECT_EQ(f.log->log->verify({})->damage, std::vector<std::string>{});
}

// Every n-th disk operation fails in turn; nothing that was acknowledged is ever missing afterwards.
TEST(LogDisk, KeepsWhatItAcknowledgedWhereverTheDiskFails) {
  for (const Fault fault : {Fault::no_space, Fault::broken}) {
    for (std::uint64_t after = 1; after <= 12; ++after) {
      FaultyLog f;
      std::vector<std::pair<RawSequence, std::string>> acknowledged;
      const std::uint64_t start = f.faults.writes;
      for (int i = 0; i < 8; ++i) {
        if (f.faults.writes - start >= after) f.faults.fault = fault;
        const std::string body = "body " + std::to_string(i);
        const auto done = f.log->log->append_and_wait(delivery(body));
        if (done) acknowledged.emplace_back(done->sequence, body);
      }
      f.log.reset();
      f.faults.fault = Fault::none;
      f.reopen();
      for (const auto& [sequence, body] : acknowledged)
        EXPECT_EQ(f.log->log->raw(sequence)->body, body) << after;
      EXPECT_EQ(f.log->log->verify({})->damage, std::vector<std::string>{});
    }
  }
}

}  // namespace
}  // namespace calsync
