// What one process sees of the cluster: librdkafka as RELIABILITY §0 and §3.2 measured it, with every answer
// that it may give. Calls take time, in which other tasks run; a process that was killed meanwhile does not
// come back from its call.
#pragma once
#include "tests/sim/sim_cluster.hpp"

namespace calsync::sim {

// Of one process; shared with the calls that it has under way.
struct Life {
  std::string process;
  bool over = false;
  Ms frozen_until{0};  // SIGSTOP
};

class SimBroker final : public Broker {
 public:
  SimBroker(World& world, SimCluster& cluster, std::shared_ptr<Life> life)
      : world_(world), cluster_(cluster), life_(std::move(life)) {}

  Result<std::vector<TopicFacts>> describe(const std::vector<std::string>& topics) override;
  Result<void> create(const std::vector<TopicSpec>& topics) override;
  Result<std::optional<CursorRecord>> read_cursor(const std::string& topic) override;
  Result<std::optional<std::string>> first_with_records(const std::vector<std::string>& topics) override;
  Result<std::unique_ptr<Transactions>> open(const std::string& transactional_id,
                                             const std::vector<std::string>& topics) override;
  [[nodiscard]] std::string bootstrap() const override { return "simulated"; }

 private:
  Result<void> call();

  World& world_;
  SimCluster& cluster_;
  std::shared_ptr<Life> life_;
};

}  // namespace calsync::sim
