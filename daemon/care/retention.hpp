// `log.retention`: what is older goes, in small steps beside everything else (retention_step.cpp says how).
// Owner:    App; started after the publisher, stopped before the log.
// Runs on:  a thread of its own, which rests four times as long as it works; state() any thread.
// Blocks:   stop(), until the step under way is down or its files are rewritten.
// Promises: only records that are older than the retention, normalised, and published where Kafka is on; not
//           while a rejoin or a rebuild is due. A record in quarantine stays until somebody deals with it.
// Fails:    what fails is told by state() and counted; it is tried again, and nothing else stops.
#pragma once
#include "daemon/care/retention_probe.hpp"
#include "state/store/event_log.hpp"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace calsync {

struct RetentionState {
  std::string waits_for;        // "the publisher"; empty: nothing
  std::optional<Error> failed;  // of the last step
  Instant last_run{};           // that found nothing more to do; 0: none yet
};

class Retention {
 public:
  // nullopt: not known yet. Without Kafka: the log's event head.
  using Published = std::function<std::optional<EventSequence>()>;
  // `keep`: nullopt for ever.
  Retention(EventLog& log, std::optional<std::chrono::milliseconds> keep, Published published, Clock& clock,
            MetricRegistry& metrics);
  ~Retention();
  Retention(const Retention&) = delete;
  Retention& operator=(const Retention&) = delete;
  void start();
  void request_stop();
  void stop();
  // What the thread repeats: one step, and the pause that comes after it.
  std::chrono::milliseconds turn();
  [[nodiscard]] RetentionState state() const;

 private:
  void run(const std::stop_token& stop);
  Result<bool> step(EventSequence published);  // true: there may be more to do
  Result<std::string> waits_for(const std::optional<EventSequence>& published) const;
  void tell(const Result<bool>& done, std::string waits);

  EventLog& log_;
  const std::optional<std::chrono::milliseconds> keep_;
  const Published published_;
  Clock& clock_;
  RetentionProbe probe_;
  // Of the thread: records trimmed since they were last driven out of the files, and whether a process before us
  // may have died before it did so.
  std::uint64_t in_files_ = 0;
  bool may_be_in_files_;
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  RetentionState state_;  // guarded by mutex_
  std::jthread thread_;
};

}  // namespace calsync
