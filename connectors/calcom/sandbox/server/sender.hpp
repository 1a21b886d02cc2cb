// Carries deliveries to their subscribers: one attempt each, in order, whatever the answer (CONTRACT §16), but for the faults.
// Owner:    the server.
// Runs on:  a thread of its own; add() and log() from any.
// Blocks:   only its own thread, at most 10 s per delivery.
#pragma once
#include "connectors/calcom/sandbox/server/delivery.hpp"
#include "connectors/calcom/sandbox/server/faults.hpp"
#include "connectors/http/client.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace calsync::sandbox {

class Sender {
 public:
  Sender(FaultRates rates, std::uint64_t seed);
  ~Sender();  // what is still to be sent is not sent
  void add(std::vector<Delivery> deliveries);
  // [{n, trigger, uid, url, createdAt, fault, attempts: [{n, at, status | error}]}], oldest first; what waits has no attempts;
  // the attempts' n tells the order in which they were made.
  [[nodiscard]] boost::json::array log() const;
  [[nodiscard]] std::size_t waiting() const;  // not yet sent, also those that are late on purpose

 private:
  using Steady = std::chrono::steady_clock;
  struct Item {
    Steady::time_point due{};
    std::size_t n = 0;  // its place in the log
    Delivery delivery{};
    bool behind_next = false;  // until another one has gone
  };
  void run(const std::stop_token& stop);
  bool take(std::unique_lock<std::mutex>& lock, const std::stop_token& stop, Item& item);
  std::deque<Item>::iterator next_due();
  void send(const Item& item, const std::stop_token& stop);

  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  Faults faults_;
  std::deque<Item> queue_;
  std::vector<Row> log_;
  std::size_t sending_ = 0;
  std::map<std::string, HttpClient> clients_;  // by origin; of the thread
  std::uint64_t attempts_ = 0;                 // of the thread
  std::jthread thread_;
};

}  // namespace calsync::sandbox
