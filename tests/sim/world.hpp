// Time, order and chance of one simulation: a queue of tasks on one thread, a clock that only moves from task
// to task, and the seed that decides everything, also which of two tasks of one moment goes first.
// Promises: the same seed gives the same run, told by the trace's hash.
#pragma once
#include "state/base/time.hpp"
#include "tests/sim/random.hpp"

#include <functional>
#include <map>
#include <queue>
#include <string>
#include <string_view>

namespace calsync::sim {

using Ms = std::chrono::milliseconds;

class World {
 public:
  World(std::uint64_t seed, bool show) : random(seed), show_(show) {}
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  Random random;

  [[nodiscard]] Ms now() const { return now_; }
  void after(Ms delay, std::function<void()> task);
  // Tasks until then, or until `done` says so.
  void run_until(Ms time, const std::function<bool()>& done);
  // What a call that takes so long does: others run meanwhile. Calls made by those do not nest for ever.
  void pass(Ms time);

  void tell(std::string_view who, std::string_view what);  // one line of the trace
  void met(const char* what) { ++met_[what]; }             // that simulations do meet it is checked, too
  [[nodiscard]] const std::map<std::string, std::uint64_t>& met() const { return met_; }
  [[nodiscard]] std::uint64_t trace() const { return hash_; }

 private:
  struct Task {
    Ms at;
    std::uint64_t order;  // random
    std::uint64_t number;
    std::function<void()> run;
    friend bool operator>(const Task& a, const Task& b) {
      return std::tie(a.at, a.order, a.number) > std::tie(b.at, b.order, b.number);
    }
  };
  void run_next();

  const bool show_;
  Ms now_{0};
  std::uint64_t number_ = 0, hash_ = 0xcbf29ce484222325U;
  unsigned depth_ = 0;
  std::priority_queue<Task, std::vector<Task>, std::greater<>> tasks_;
  std::map<std::string, std::uint64_t> met_;
};

class SimClock final : public Clock {
 public:
  explicit SimClock(const World& world) : world_(world) {}
  static Instant epoch() { return *parse_instant("2026-09-14T08:00:00Z"); }
  Instant wall() override { return epoch() + world_.now(); }
  std::chrono::steady_clock::time_point steady() override {
    return std::chrono::steady_clock::time_point(std::chrono::hours(10) + world_.now());
  }

 private:
  const World& world_;
};

}  // namespace calsync::sim
