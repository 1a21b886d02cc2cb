// Kafka's side of transactions, as a broker keeps them: producer epochs and fencing, open, aborted and
// committed transactions, the last stable offset, and a coordinator that aborts what stays open for too long.
#pragma once
#include "connectors/kafka/broker.hpp"
#include "tests/sim/world.hpp"

#include <functional>

namespace calsync::sim {

class SimCluster {
 public:
  enum class State { open, committed, aborted };
  struct Transaction {
    std::string owner;  // the process
    int epoch = 0;
    Ms began{0};
    State state = State::open;
    std::vector<KafkaMessage> messages;  // as they arrived
  };
  using Number = std::size_t;  // of a transaction; stable

  explicit SimCluster(World& world) : world_(world) {}

  // --- what producers ask for; the epoch tells who is fenced ---
  int init(const std::string& id);  // a new epoch; what older ones left open is aborted
  [[nodiscard]] bool fenced(const std::string& id, int epoch);
  void append(const std::string& id, const std::string& owner, KafkaMessage message);  // the first one opens
  void end(const std::string& id, State state);
  void append_alone(KafkaMessage message);  // outside of any transaction

  // --- read_committed: in order, up to the last stable offset ---
  [[nodiscard]] std::vector<const KafkaMessage*> committed(const std::string& topic);
  [[nodiscard]] bool has_records(const std::string& topic);

  std::map<std::string, int> topics;  // name → partitions
  std::size_t largest_message = 24 * 1024;
  Ms away_until{0};  // nobody answers
  Ms transaction_timeout{15000};
  [[nodiscard]] bool away() const { return world_.now() < away_until; }

  struct Faults {              // per mille of calls
    unsigned retriable = 0;    // the answer says so, nothing was done
    unsigned answer_lost = 0;  // it was done, and the answer says retriable
    unsigned abortable = 0;
    unsigned fatal = 0;            // nothing was done
    unsigned fatal_after = 0;      // it was done
    unsigned refuses_message = 0;  // topic unknown, authorisation …
    unsigned queue_full = 0;
    unsigned unavailable = 0;  // of the calls outside of transactions
    Ms longest_call{10};
  } faults;

  std::function<void(const Transaction&)> on_commit = [](const Transaction&) {};

 private:
  struct Producer {
    int epoch = -1;
    std::optional<Number> open;
  };
  void expire();
  void finish(Producer& producer, State state);

  World& world_;
  std::map<std::string, Producer> producers_;
  std::vector<Transaction> transactions_;
  std::map<std::string, std::vector<std::pair<Number, std::size_t>>>
      logs_;  // topic → records, as they arrived
};

}  // namespace calsync::sim
