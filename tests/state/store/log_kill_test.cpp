// P1, P3: a child appends and tells us what was acknowledged; it is killed; the log has all of it, without a
// gap.
#include "tests/state/store/log_fixture.hpp"

#include <sys/wait.h>

#include <latch>
#include <random>
#include <thread>

namespace calsync {
namespace {

struct Acknowledged {
  std::uint64_t sequence, number;
};

// Small buffers: tables are written, WALs and MANIFESTs change all the time.
LogOptions options_for(const std::filesystem::path& path, std::uint64_t write_buffer_bytes) {
  LogOptions options;
  options.path = path;
  options.write_buffer_bytes = write_buffer_bytes;
  return options;
}

[[noreturn]] void append_for_ever(const LogOptions& options, int tell, std::uint64_t first_number) {
  const auto log = must_open(options);
  std::jthread normaliser([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      const LogHead head = log->log->head();
      if (head.raw > head.normalised)
        static_cast<void>(commit_events(*log->log, head.normalised.value() + 1,
                                        std::min(head.raw.value(), head.normalised.value() + 50)));
      else
        log->log->wait_for_raw(head.normalised, stop, std::chrono::seconds{1});
    }
  });
  std::uint64_t number = first_number;  // no round repeats a body of another
  for (;;) {
    std::latch done(16);
    for (int i = 0; i < 16; ++i) {
      const std::uint64_t mine = ++number;
      log->log->append(delivery("body " + std::to_string(mine)),
                       [&done, mine, tell](const Result<Appended>& appended) {
                         const Acknowledged told{appended ? appended->sequence.value() : 0, mine};
                         if (::write(tell, &told, sizeof told) != sizeof told) ::_exit(2);
                         done.count_down();
                       });
    }
    done.wait();
  }
}

int check(const LogOptions& options, const std::vector<Acknowledged>& acknowledged, std::uint64_t before,
          int tell) {
  const auto log = must_open(options);
  const auto complain = [](const std::string& what) {
    std::cerr << what << std::endl;
    return 1;
  };
  for (const Acknowledged& each : acknowledged) {
    if (each.sequence <= before) return complain("a sequence was given twice, or an append failed");
    const auto record = log->log->raw(RawSequence{each.sequence});
    if (!record) return complain(record.error().text());
    if (record->body != "body " + std::to_string(each.number))
      return complain("another body at " + std::to_string(each.sequence));
  }
  const auto report = log->log->verify({});
  if (!report) return complain(report.error().text());
  if (!report->damage.empty()) return complain(report->damage.front());
  const std::uint64_t head = log->log->head().raw.value();
  if (report->raw_records != head) return complain("a gap");
  return ::write(tell, &head, sizeof head) == sizeof head ? 0 : 1;
}

// The child's appends until it is killed: after `enough` of them, or after a time from its very start.
std::vector<Acknowledged> append_and_kill(const LogOptions& options, std::uint64_t first_number,
                                          std::size_t enough,
                                          std::optional<std::chrono::microseconds> after) {
  int tell[2];
  if (::pipe(tell) != 0) throw std::runtime_error("pipe");
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(tell[0]);
    append_for_ever(options, tell[1], first_number);
  }
  ::close(tell[1]);
  std::vector<Acknowledged> acknowledged;
  Acknowledged one{};
  if (after) ::usleep(static_cast<useconds_t>(after->count()));
  while (!after && acknowledged.size() < enough && ::read(tell[0], &one, sizeof one) == sizeof one)
    acknowledged.push_back(one);
  ::kill(child, SIGKILL);
  while (::read(tell[0], &one, sizeof one) == sizeof one) acknowledged.push_back(one);
  ::close(tell[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the child ended by itself";
  return acknowledged;
}

// The head afterwards.
std::uint64_t check_in_child(const LogOptions& options, const std::vector<Acknowledged>& acknowledged,
                             std::uint64_t before) {
  int result[2];
  if (::pipe(result) != 0) throw std::runtime_error("pipe");
  EXPECT_EQ(in_child([&] { return check(options, acknowledged, before, result[1]); }), 0);
  ::close(result[1]);
  std::uint64_t head = 0;
  EXPECT_EQ(::read(result[0], &head, sizeof head), static_cast<ssize_t>(sizeof head));
  ::close(result[0]);
  return head;
}

TEST(EventLog, KeepsEveryAcknowledgedRecordAfterAKill) {
  const TempDir dir;
  const LogOptions options = options_for(dir.path() / "log", LogOptions{}.write_buffer_bytes);
  std::uint64_t before = 0;
  for (std::uint64_t round = 0; round < 12 && !testing::Test::HasFailure(); ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    const auto acknowledged = append_and_kill(options, round * 1'000'000, 30 + round * 37, std::nullopt);
    before = check_in_child(options, acknowledged, before);
  }
}

// At any moment, also of the open before, and of its recovery: the witness never asks for more than there is.
TEST(EventLog, OpensAfterAKillWhileTablesAreWritten) {
  const TempDir dir;
  const LogOptions options = options_for(dir.path() / "log", 64U << 10U);
  const char* rounds_wanted = std::getenv("CALSYNC_KILL_ROUNDS");
  const std::uint64_t rounds = rounds_wanted != nullptr ? std::stoull(rounds_wanted) : 24;
  std::random_device seed;
  std::uint64_t before = 0;
  for (std::uint64_t round = 0; round < rounds && !testing::Test::HasFailure(); ++round) {
    const std::chrono::microseconds after{round % 2 == 0 ? seed() % 60'000U : 60'000U + seed() % 300'000U};
    SCOPED_TRACE("round " + std::to_string(round) + ", killed after " + std::to_string(after.count()) +
                 " us");
    const auto acknowledged = append_and_kill(options, round * 1'000'000, 0, after);
    before = check_in_child(options, acknowledged, before);
  }
  EXPECT_GT(before, rounds) << "too little was appended to prove anything";
}

}  // namespace
}  // namespace calsync
