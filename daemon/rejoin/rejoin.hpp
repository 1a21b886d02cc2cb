// After a restore: what Kafka has and the log lacks goes back into the log, so that sequences, keys and hashes
// go on exactly where consumers have them (DESIGN §12.5). Works on a log that no daemon has.
// Owner:    a command.
// Runs on:  the caller's thread.
// Blocks:   on Kafka and the disk.
// Promises: a kill at any point leaves a log that still has to rejoin; the next run goes on where this one was.
//           Until the end the log carries its note (backup.hpp), and no daemon reads or publishes of it.
#pragma once
#include "connectors/kafka/committed.hpp"
#include "connectors/kafka/cursor.hpp"
#include "state/store/backup.hpp"

namespace calsync {

// Kafka, as far as a rejoin needs it.
struct RejoinSource {
  std::string topic_prefix;
  std::string place{};  // the log's directory_identity(): the claim is bound to it
  // The exact cursor: whoever published this log before can commit nothing more of what it began.
  std::function<Result<std::optional<CursorRecord>>()> cursor;
  std::function<Result<std::unique_ptr<CommittedSource>>(EventSequence after)> committed;
};
RejoinSource rejoin_from(KafkaOptions options, const std::string& topic_prefix, const LogId& log,
                         std::stop_token stop);

struct RejoinPlan {
  RestoredNote note;
  std::optional<CursorRecord> cursor;  // nullopt: this log has never published under this prefix
  EventSequence from;                  // the log has events up to here
  std::uint64_t events = 0;            // that Kafka has beyond it
  RawSequence last_told;               // the highest raw sequence that they name
  std::vector<std::pair<RawSequence, RawSequence>> untold;  // ranges lost, of which Kafka tells nothing
  std::uint64_t untold_records = 0;
  std::uint64_t erasures = 0;  // of persons, told after the backup: what they erased, the log has again
  std::uint64_t waiting = 0;   // records that a daemon took in since the restore: read after the rejoin
};
// Reads and compares, and changes nothing. nullopt: this log needs no rejoin.
// Fails: foreign (other log's topics), corrupt (log and Kafka differ), not_found (Kafka no longer retains what
// is missing), conflict (the cursor is gone), unavailable, timeout.
Result<std::optional<RejoinPlan>> survey_rejoin(const EventLog& log, const RejoinSource& source,
                                                const std::function<void(double)>& progress);
Result<void> perform_rejoin(EventLog& log, const RejoinSource& source, const RejoinPlan& plan, Clock& clock,
                            const std::function<void(double)>& progress);

// A daemon that starts on a log that has not rejoined: what it takes in stands behind a record that says so.
Result<void> mark_waiting(EventLog& log, const RestoredNote& note, Clock& clock);

}  // namespace calsync
