// Backups beside everything else: by themselves every log.backup.interval, and when somebody asks.
// Owner:    App; started last of all, asked first to stop.
// Runs on:  a thread of its own; request() and state() any thread.
// Blocks:   stop(), until the backup under way has noticed, or was read back.
// Fails:    a backup that fails is told by state() and counted; it is tried again, and nothing else stops.
#pragma once
#include "daemon/care/backup_probe.hpp"
#include "state/store/backup.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace calsync {

struct BackupPlan {
  std::string directory;  // empty: none by themselves
  std::chrono::milliseconds interval = std::chrono::hours{1};
  std::size_t keep = 24;
};

struct BackupState {
  std::uint64_t run = 0;  // counts the backups begun since the start; 0: none
  bool running = false;
  double share = 0;                 // of the one that runs, 0..1
  std::optional<Error> failed;      // of the last one that ended
  std::optional<BackupFacts> last;  // the newest good one
};

class BackupRunner {
 public:
  BackupRunner(EventLog& log, BackupPlan plan, Clock& clock, MetricRegistry& metrics);
  ~BackupRunner();
  BackupRunner(const BackupRunner&) = delete;
  BackupRunner& operator=(const BackupRunner&) = delete;
  void start();
  void request_stop();
  void stop();

  // Gives the number of the run. nullopt: as in the plan. Fails: conflict, while one runs or waits; rejected.
  Result<std::uint64_t> request(std::optional<std::string> directory, std::optional<std::size_t> keep);
  [[nodiscard]] BackupState state() const;

 private:
  void run(const std::stop_token& stop);
  void learn_last();
  void make(const BackupOrder& order);
  [[nodiscard]] bool scheduled() const { return !plan_.directory.empty(); }
  [[nodiscard]] std::chrono::steady_clock::time_point due() const;  // mutex_ is held

  EventLog& log_;
  const BackupPlan plan_;
  Clock& clock_;
  BackupProbe probe_;
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  BackupState state_;                           // guarded by mutex_
  std::optional<BackupOrder> asked_;            // guarded by mutex_
  std::chrono::steady_clock::time_point next_;  // guarded by mutex_; of the scheduled ones
  std::jthread thread_;
};

}  // namespace calsync
