// RELIABILITY W2, P1, P3, P5: seeded schedules of work, disk errors and power cuts. What was acknowledged is in the log
// afterwards, or (only where the disk itself gave an error) the log is refused. CALSYNC_SCHEDULES for more,
// CALSYNC_SCHEDULE_SEED again (the schedule is the same; when RocksDB's own threads run is not).
#include "tests/state/store/crash_disk.hpp"
#include "tests/state/store/log_fixture.hpp"

#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <sstream>
#include <unistd.h>

namespace calsync {
namespace {

namespace fs = std::filesystem;

struct Known {  // what the log has told us
  std::map<std::uint64_t, std::string> bodies;
  std::uint64_t events = 0;
  std::vector<std::string> notes{""};  // the first is acknowledged, the others are of unknown fate
};

class Schedule {
 public:
  explicit Schedule(std::uint64_t seed) : random_(seed) {}

  // Empty, or what is wrong.
  std::string run() {
    const std::uint64_t rounds = 1 + below(random_, 3);
    for (std::uint64_t round = 0; round < rounds; ++round) {
      plan();
      work(round);
      power_->power_off();
      log_.reset();
      const bool erred = power_->upset_happened();
      ever_erred_ = ever_erred_ || erred;
      // Of a creation that was cut short, names in any order would be a disk that no file system is.
      power_->crash(random_, !complete_ || below(random_, 2) == 0);
      power_->plan(Upset::none, 0, 0);
      if (std::string wrong = look(); !wrong.empty() || refused) return wrong;
    }
    return {};
  }
  bool refused = false;

 private:
  void plan() {
    const std::uint64_t upset = below(random_, 16);
    const auto kind = upset < 8 ? static_cast<Upset>(upset) : Upset::none;
    const std::uint64_t off = below(random_, 2) == 0 ? 1 + below(random_, 250) : 0;
    power_->plan(kind, below(random_, 150), off);
  }
  LogOptions options() {
    LogOptions options;
    options.path = path_;
    options.disk = &disk_;
    if (below(random_, 2) == 0) options.write_buffer_bytes = 16U << 10U;
    return options;
  }
  void work(std::uint64_t round) {
    auto opened = try_open(options());
    if (!opened) return;
    log_ = std::move(*opened);
    complete_ = true;
    EventLog& log = *log_->log;
    const std::uint64_t steps = 5 + below(random_, 30);
    for (std::uint64_t i = 0; i < steps; ++i) {
      switch (below(random_, 8)) {
        case 0:
          commit(log);
          break;
        case 1:
          note(log, std::to_string(round) + "/" + std::to_string(i));
          break;
        default:
          append_some(log);
      }
    }
  }
  void append_some(EventLog& log) {
    std::string body = "body " + std::to_string(++number_) + std::string(below(random_, 3000), 'x');
    const auto appended = log.append_and_wait(delivery(body));
    if (appended) known_.bodies[appended->sequence.value()] = std::move(body);
  }
  void commit(EventLog& log) {
    const LogHead head = log.head();
    if (head.raw == head.normalised) return;
    if (commit_events(log, head.normalised.value() + 1, head.raw.value())) known_.events = head.raw.value();
  }
  void note(EventLog& log, const std::string& text) {
    if (log.set_note("note", text))
      known_.notes = {text};
    else
      known_.notes.push_back(text);
  }

  std::string look() {
    const auto opened = try_open(options());
    if (!opened) {
      refused = true;
      if (!ever_erred_) return "refused after a power cut alone: " + opened.error().text();
      const Errc code = opened.error().code;
      return code == Errc::corrupt || code == Errc::foreign ? "" : opened.error().text();
    }
    complete_ = true;
    const EventLog& log = *(*opened)->log;
    for (const auto& [sequence, body] : known_.bodies) {
      const auto record = log.raw(RawSequence{sequence});
      if (!record) return "lost: " + record.error().text();
      if (record->body != body) return "another body at " + std::to_string(sequence);
    }
    if (log.head().event.value() < known_.events)
      return "events up to " + std::to_string(known_.events) + " were committed, there are " +
             std::to_string(log.head().event.value());
    const auto note = log.note("note");
    if (!note) return note.error().text();
    if (std::ranges::find(known_.notes, note->value_or("")) == known_.notes.end())
      return "the note is " + note->value_or("none") + ", not " + known_.notes.front();
    known_.notes = {note->value_or("")};
    const auto report = log.verify({});
    if (!report) return report.error().text();
    return report->damage.empty() ? "" : report->damage.front();
  }

  std::mt19937_64 random_;
  TempDir dir_{fastest_directory()};
  fs::path path_ = dir_.path() / "log";
  std::shared_ptr<CrashDisk> power_ = std::make_shared<CrashDisk>(path_, dir_.path() / "grave");
  Disk disk_{power_, std::chrono::milliseconds{1}};  // a schedule is shorter than a second
  std::unique_ptr<OpenLog> log_;
  Known known_;
  bool complete_ = false, ever_erred_ = false;
  std::uint64_t number_ = 0;
};

// After an error in the background RocksDB sleeps for a second, so that many at once take no longer than one.
constexpr std::uint64_t at_once = 8;

// Debian's RocksDB keeps its asserts, and some do not foresee a file that failed before: the process then ends as by a
// kill. So schedules run in processes of their own; one that ended so is counted, and the next goes on after it.
class Lane {
 public:
  Lane(std::uint64_t first, std::uint64_t from, std::uint64_t end) : first_(first), next_(from), end_(end) {}

  bool start() {  // false: none is left
    if (next_ >= end_) return false;
    int ends[2];
    EXPECT_EQ(::pipe(ends), 0);
    pid_ = ::fork();
    if (pid_ == 0) work(ends[1]);
    ::close(ends[1]);
    told_ = ends[0];
    return true;
  }
  // The child's words, until it is done or gone.
  void hear(std::uint64_t& refused, std::uint64_t& asserted, std::vector<std::string>& wrong) {
    std::string words;
    char buffer[4096];
    for (ssize_t got = 0; (got = ::read(told_, buffer, sizeof buffer)) > 0;)
      words.append(buffer, static_cast<std::size_t>(got));
    ::close(told_);
    int status = 0;
    ::waitpid(pid_, &status, 0);
    std::istringstream lines(words);
    for (std::string line; std::getline(lines, line); ++next_) {
      refused += line == "refused" ? 1 : 0;
      if (line != "refused" && line != "held")
        wrong.push_back("CALSYNC_SCHEDULES=1 CALSYNC_SCHEDULE_SEED=" + std::to_string(first_ + next_) + ": " +
                        line);
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
    if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT)
      wrong.push_back("seed " + std::to_string(first_ + next_) + " ended with status " +
                      std::to_string(status));
    ++asserted;
    ++next_;
  }

 private:
  [[noreturn]] void work(int to) {
    for (std::uint64_t i = next_; i < end_; ++i) {
      Schedule schedule(first_ + i);
      std::string found = schedule.run();
      std::ranges::replace(found, '\n', ' ');
      const std::string line = (!found.empty() ? found : schedule.refused ? "refused" : "held") + "\n";
      if (::write(to, line.data(), line.size()) < 0) ::_exit(2);
    }
    ::_exit(0);
  }

  std::uint64_t first_;
  std::uint64_t next_;
  std::uint64_t end_;
  pid_t pid_ = 0;
  int told_ = -1;
};

TEST(LogSchedule, NothingAcknowledgedIsLostToDiskErrorsAndPowerCuts) {
  const std::uint64_t first = seed_from("CALSYNC_SCHEDULE_SEED");
  const std::uint64_t schedules = cases_from("CALSYNC_SCHEDULES", 500);
  const std::uint64_t lanes = std::min(at_once, schedules);
  std::vector<Lane> at_work;
  for (std::uint64_t i = 0; i < lanes; ++i)
    at_work.emplace_back(first, schedules * i / lanes, schedules * (i + 1) / lanes);
  std::uint64_t refused = 0, asserted = 0;
  std::vector<std::string> wrong;
  while (!at_work.empty()) {
    std::erase_if(at_work, [](Lane& lane) { return !lane.start(); });
    for (Lane& lane : at_work) lane.hear(refused, asserted, wrong);
  }
  EXPECT_EQ(wrong, std::vector<std::string>{});
  std::cout << schedules << " schedules, " << refused << " logs refused after errors of the disk, "
            << asserted << " ended by an assert of RocksDB\n";
  if (schedules >= 100) {
    EXPECT_LT(refused, schedules / 5) << "a log that is refused proves nothing";
    EXPECT_LT(asserted, schedules / 10) << "nor does one that ended";
  }
}

}  // namespace
}  // namespace calsync
