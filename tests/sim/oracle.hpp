// What must hold, seen from outside of the daemon (RELIABILITY §4): it reads the simulated disk and the
// simulated cluster, never the daemon's memory. The first violation ends the run.
#pragma once
#include "daemon/project/rules.hpp"
#include "tests/sim/sim_cal.hpp"
#include "tests/sim/sim_cluster.hpp"
#include "tests/sim/sim_disk.hpp"

namespace calsync::sim {

class Oracle {
 public:
  Oracle(World& world, const SimCluster& cluster, const SimCal& cal)
      : world_(world), cluster_(cluster), cal_(cal) {}

  void violated(std::string what);
  [[nodiscard]] const std::string& violation() const { return violation_; }
  [[nodiscard]] bool holds() const { return violation_.empty(); }

  // --- at any instant ---
  void acknowledged(SimDisk& disk, RawSequence sequence, const std::string& body);
  void refused_signature_was_taken(const std::string& what) {
    violated("a request with " + what + " was taken");
  }
  void trimmed(const SimDisk& disk, const LogCut& before, const LogCut& after, Ms keep);
  void queued(std::size_t records, std::size_t bytes);
  void opened(SimDisk& disk);  // a process has opened this log
  void committed(const SimDisk& disk, const SimCluster::Transaction& transaction);

  // --- after the heal phase, of the log that publishes ---
  void at_the_end(SimDisk& disk, const EventLog& log, RulesByVersion rules);

  [[nodiscard]] std::uint64_t published() const { return published_; }

 private:
  void check_event(const SimDisk& disk, const KafkaMessage& message, const std::string& type);
  void check_oversize(const StoredEvent& stored);
  void check_states(const std::vector<const KafkaMessage*>& states, const StoredEvent& stored, bool whole);
  void check_key(const StoredEvent& stored);
  void check_acknowledged(const SimDisk& disk, std::size_t last);
  void check_final_state(SimDisk& disk, const std::vector<RawRecord>& records, RulesByVersion rules);
  void check_truth(SimDisk& disk, const std::vector<RawRecord>& records);
  void check_occurrences(const std::vector<RawRecord>& records);

  World& world_;
  const SimCluster& cluster_;
  const SimCal& cal_;
  std::string violation_;
  std::uint64_t published_ = 0;
  Digest published_hash_{};
  const SimDisk* publisher_ = nullptr;
  std::map<std::pair<std::string, std::string>, std::uint64_t> key_sequences_;  // (topic, key)
  std::map<std::string, std::string> keys_;                                     // of a booking
  std::map<std::string, std::map<std::string, int>> told_;  // event type → booking → times
  std::optional<StoredEvent> last_event_;
};

std::uint64_t fingerprint(std::string_view bytes);
Result<RawRecord> read_raw(const SimDisk& disk, RawSequence sequence);
Result<StoredEvent> read_event(const SimDisk& disk, EventSequence sequence);

}  // namespace calsync::sim
