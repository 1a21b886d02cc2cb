#include "tests/sim/sim_cluster.hpp"

namespace calsync::sim {
void SimCluster::finish(Producer& producer, State state) {
  Transaction& ended = transactions_[*producer.open];
  producer.open.reset();
  ended.state = state;
  world_.met(state == State::committed ? "commits" : "aborts");
  world_.tell("kafka", (state == State::committed ? "commits " : "aborts ") +
                           std::to_string(ended.messages.size()) + " messages of epoch " +
                           std::to_string(ended.epoch));
  if (state == State::committed) on_commit(ended);
}

// The coordinator's own abort: the producer that is fenced by it cannot tell it from a newer instance (F8).
void SimCluster::expire() {
  for (auto& [id, producer] : producers_) {
    if (!producer.open || world_.now() - transactions_[*producer.open].began < transaction_timeout) continue;
    ++producer.epoch;
    world_.met("transactions that timed out");
    finish(producer, State::aborted);
  }
}

int SimCluster::init(const std::string& id) {
  expire();
  Producer& producer = producers_[id];
  ++producer.epoch;
  if (producer.open) finish(producer, State::aborted);
  return producer.epoch;
}

bool SimCluster::fenced(const std::string& id, int epoch) {
  expire();
  return producers_[id].epoch != epoch;
}

void SimCluster::append(const std::string& id, const std::string& owner, KafkaMessage message) {
  Producer& producer = producers_[id];
  if (!producer.open) {
    producer.open = transactions_.size();
    transactions_.push_back({owner, producer.epoch, world_.now(), State::open, {}});
  }
  Transaction& transaction = transactions_[*producer.open];
  logs_[message.topic].emplace_back(*producer.open, transaction.messages.size());
  transaction.messages.push_back(std::move(message));
}

void SimCluster::append_alone(KafkaMessage message) {
  logs_[message.topic].emplace_back(transactions_.size(), 0);
  transactions_.push_back({"", 0, world_.now(), State::committed, {std::move(message)}});
}

void SimCluster::end(const std::string& id, State state) {
  Producer& producer = producers_[id];
  if (producer.open) finish(producer, state);
}

std::vector<const KafkaMessage*> SimCluster::committed(const std::string& topic) {
  expire();
  std::vector<const KafkaMessage*> out;
  for (const auto& [number, at] : logs_[topic]) {
    const Transaction& transaction = transactions_[number];
    if (transaction.state == State::open) break;  // the last stable offset
    if (transaction.state == State::committed) out.push_back(&transaction.messages[at]);
  }
  return out;
}

bool SimCluster::has_records(const std::string& topic) {
  return !logs_[topic].empty();
}

}  // namespace calsync::sim
