// P1, P3: a child appends and tells us what was acknowledged; it is killed; the log has all of it, without a
// gap.
#include "tests/state/store/log_fixture.hpp"

#include <sys/wait.h>

#include <latch>
#include <thread>

namespace calsync {
namespace {

struct Acknowledged {
  std::uint64_t sequence, number;
};

[[noreturn]] void append_for_ever(const std::filesystem::path& path, int tell, std::uint64_t first_number) {
  const auto log = must_open(path);
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

int check(const std::filesystem::path& path, const std::vector<Acknowledged>& acknowledged,
          std::uint64_t before, int tell) {
  const auto log = must_open(path);
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

TEST(EventLog, KeepsEveryAcknowledgedRecordAfterAKill) {
  const TempDir dir;
  const std::filesystem::path path = dir.path() / "log";
  std::uint64_t before = 0;
  for (int round = 0; round < 12; ++round) {
    int tell[2];
    ASSERT_EQ(::pipe(tell), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      ::close(tell[0]);
      append_for_ever(path, tell[1], static_cast<std::uint64_t>(round) * 1'000'000);
    }
    ::close(tell[1]);
    std::vector<Acknowledged> acknowledged;
    Acknowledged one{};
    const std::size_t enough = 30 + static_cast<std::size_t>(round) * 37;
    while (acknowledged.size() < enough && ::read(tell[0], &one, sizeof one) == sizeof one)
      acknowledged.push_back(one);
    ::kill(child, SIGKILL);
    while (::read(tell[0], &one, sizeof one) == sizeof one) acknowledged.push_back(one);
    ::close(tell[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended by itself";
    std::uint64_t head = 0;
    int result[2];
    ASSERT_EQ(::pipe(result), 0);
    ASSERT_EQ(in_child([&] { return check(path, acknowledged, before, result[1]); }), 0) << "round " << round;
    ASSERT_EQ(::read(result[0], &head, sizeof head), static_cast<ssize_t>(sizeof head));
    ::close(result[0]);
    ::close(result[1]);
    before = head;
  }
}

}  // namespace
}  // namespace calsync
