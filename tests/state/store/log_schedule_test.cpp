// RELIABILITY W2, P1, P3, P5: seeded schedules of work, disk errors and power cuts. What was acknowledged is in the log
// afterwards, or (only where the disk itself gave an error) the log is refused. CALSYNC_SCHEDULES for more,
// CALSYNC_SCHEDULE_SEED again (the schedule is the same; when RocksDB's own threads run is not).
#include "tests/state/store/crash_disk.hpp"
#include "tests/state/store/log_fixture.hpp"

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
  Disk disk_{power_};
  std::unique_ptr<OpenLog> log_;
  Known known_;
  bool complete_ = false, ever_erred_ = false;
  std::uint64_t number_ = 0;
};

// After an error in the background RocksDB sleeps for a second, so that many at once take no longer than one.
constexpr std::size_t at_once = 8;

TEST(LogSchedule, NothingAcknowledgedIsLostToDiskErrorsAndPowerCuts) {
  const std::uint64_t first = seed_from("CALSYNC_SCHEDULE_SEED");
  const std::uint64_t schedules = number_from("CALSYNC_SCHEDULES", 500);
  std::atomic<std::uint64_t> next{0}, refused{0};
  std::mutex mutex;
  std::vector<std::string> wrong;  // guarded by mutex
  const auto work = [&] {
    for (std::uint64_t i = next++; i < schedules; i = next++) {
      Schedule schedule(first + i);
      const std::string found = schedule.run();
      if (schedule.refused) ++refused;
      if (found.empty()) continue;
      const std::lock_guard lock(mutex);
      wrong.push_back("CALSYNC_SCHEDULES=1 CALSYNC_SCHEDULE_SEED=" + std::to_string(first + i) + ": " +
                      found);
    }
  };
  std::vector<std::thread> workers;
  for (std::size_t i = 0; i < std::min<std::uint64_t>(at_once, schedules); ++i) workers.emplace_back(work);
  for (std::thread& worker : workers) worker.join();
  EXPECT_EQ(wrong, std::vector<std::string>{});
  std::cout << schedules << " schedules, " << refused << " logs refused after errors of the disk\n";
  if (schedules >= 100) {
    EXPECT_LT(refused, schedules / 5) << "a log that is refused proves nothing";
  }
}

}  // namespace
}  // namespace calsync
