#include "tests/sim/sim_broker.hpp"

#include "tests/sim/sim_disk.hpp"

namespace calsync::sim {
namespace {

constexpr Ms message_timeout{10000};

void take_time(World& world, const SimCluster& cluster, const Life& life, Ms at_most) {
  const auto longest = static_cast<std::uint64_t>(cluster.faults.longest_call.count());
  world.pass(cluster.away() ? at_most : std::min(at_most, Ms(world.random.between(0, longest))));
  while (!life.over && life.frozen_until > world.now()) world.pass(life.frozen_until - world.now());
  if (life.over) throw Killed{};
}

KafkaError answer(KafkaClass kind, const char* text) {
  return {kind, text};
}

class SimTransactions final : public Transactions {
 public:
  SimTransactions(World& world, SimCluster& cluster, std::shared_ptr<Life> life, std::string id)
      : world_(world), cluster_(cluster), life_(std::move(life)), id_(std::move(id)) {}

  KafkaError init(Slice slice) override {
    take_time(world_, cluster_, *life_, slice);
    if (cluster_.away() || chance(faults().retriable))
      return answer(KafkaClass::retriable, "coordinator loading");
    if (chance(faults().fatal)) return die(KafkaClass::fatal, "init refused");
    epoch_ = cluster_.init(id_);
    if (chance(faults().answer_lost)) return answer(KafkaClass::retriable, "init timed out");
    return {};
  }

  KafkaError begin() override {
    if (dead_) return *dead_;
    queue_.clear();
    failure_.reset();
    ended_ = false;
    return {};
  }

  KafkaError produce(const KafkaMessage& message, Slice slice) override {
    if (dead_) return *dead_;
    if (message.value && message.value->size() > cluster_.largest_message)
      return answer(KafkaClass::poison, "message too large");
    if (chance(faults().queue_full)) {
      take_time(world_, cluster_, *life_, slice / 10);
      return answer(KafkaClass::retriable, "queue full");
    }
    if (chance(faults().refuses_message)) return answer(KafkaClass::abortable, "topic unknown");
    if (queue_.empty()) oldest_ = world_.now();
    queue_.push_back(message);
    if (chance(faults().abortable)) failure_ = answer(KafkaClass::abortable, "delivery failed");
    if (!cluster_.away() && chance(100)) deliver();
    if (chance(20)) take_time(world_, cluster_, *life_, Ms(5));
    return {};
  }

  KafkaError commit(Slice slice) override {
    if (dead_) return *dead_;
    take_time(world_, cluster_, *life_, slice);
    if (failure_) return *failure_;
    if (cluster_.away()) {
      if (!queue_.empty() && world_.now() - oldest_ > message_timeout)
        failure_ = answer(KafkaClass::abortable, "message timed out");
      return answer(KafkaClass::retriable, "no answer");
    }
    if (!deliver()) return *dead_;
    return end(SimCluster::State::committed);
  }

  KafkaError abort(Slice slice) override {
    if (dead_) return *dead_;
    take_time(world_, cluster_, *life_, slice);
    queue_.clear();
    if (cluster_.away()) return answer(KafkaClass::retriable, "no answer");
    return end(SimCluster::State::aborted);
  }

 private:
  [[nodiscard]] const SimCluster::Faults& faults() const { return cluster_.faults; }
  bool chance(unsigned per_mille) { return world_.random.chance(per_mille); }
  KafkaError die(KafkaClass kind, const char* text) {
    world_.met(kind == KafkaClass::fenced ? "fenced producers" : "dead producers");
    dead_ = answer(kind, text);
    return *dead_;
  }

  bool deliver() {
    for (KafkaMessage& message : queue_) {
      if (cluster_.fenced(id_, epoch_)) {
        die(KafkaClass::fenced, "producer fenced");
        return false;
      }
      cluster_.append(id_, life_->process, std::move(message));
    }
    queue_.clear();
    return true;
  }

  KafkaError end(SimCluster::State state) {
    if (cluster_.fenced(id_, epoch_)) return die(KafkaClass::fenced, "producer fenced");
    if (ended_) return {};  // the answer of the call before was lost
    if (chance(faults().retriable)) return answer(KafkaClass::retriable, "coordinator moved");
    if (chance(faults().fatal)) return die(KafkaClass::fatal, "connection broken");
    if (state == SimCluster::State::committed && chance(faults().abortable))
      return answer(KafkaClass::abortable, "transaction must be aborted");
    cluster_.end(id_, state);
    if (chance(faults().fatal_after)) return die(KafkaClass::fatal, "connection broken");
    ended_ = chance(faults().answer_lost);
    if (ended_) world_.met("commits whose answer was lost");
    return ended_ ? answer(KafkaClass::retriable, "end timed out") : KafkaError{};
  }

  World& world_;
  SimCluster& cluster_;
  std::shared_ptr<Life> life_;
  const std::string id_;
  int epoch_ = -1;
  std::vector<KafkaMessage> queue_;
  Ms oldest_{0};
  std::optional<KafkaError> failure_, dead_;
  bool ended_ = false;
};

}  // namespace

Result<void> SimBroker::call() {
  take_time(world_, cluster_, *life_, Ms(5000));
  if (cluster_.away() || world_.random.chance(cluster_.faults.unavailable))
    return Error{Errc::unavailable, "no broker answers"};
  return {};
}

Result<std::vector<TopicFacts>> SimBroker::describe(const std::vector<std::string>& topics) {
  CALSYNC_CHECK("describe", call());
  std::vector<TopicFacts> facts;
  for (const std::string& name : topics) {
    const auto found = cluster_.topics.find(name);
    facts.push_back({name, found == cluster_.topics.end() ? 0 : found->second, 1, {}});
  }
  return facts;
}

Result<void> SimBroker::create(const std::vector<TopicSpec>& topics) {
  CALSYNC_CHECK("create", call());
  for (const TopicSpec& spec : topics) cluster_.topics.emplace(spec.name, spec.partitions);
  return {};
}

Result<std::optional<CursorRecord>> SimBroker::read_cursor(const std::string& topic) {
  CALSYNC_CHECK("read cursor", call());
  const auto records = cluster_.committed(topic);
  if (records.empty()) return std::optional<CursorRecord>{};
  CALSYNC_TRY(cursor, "read cursor", decode_cursor(*records.back()->value));
  return std::optional(std::move(cursor));
}

Result<std::optional<std::string>> SimBroker::first_with_records(const std::vector<std::string>& topics) {
  CALSYNC_CHECK("look for records", call());
  for (const std::string& name : topics)
    if (cluster_.has_records(name)) return std::optional(name);
  return std::optional<std::string>{};
}

Result<std::unique_ptr<Transactions>> SimBroker::open(const std::string& transactional_id,
                                                      const std::vector<std::string>& /*topics*/) {
  CALSYNC_CHECK("open", call());
  return std::unique_ptr<Transactions>(
      std::make_unique<SimTransactions>(world_, cluster_, life_, transactional_id));
}

}  // namespace calsync::sim
