// What of a plan the daemon makes by itself: all that Git asks for, and of what somebody changed at Cal.com the kinds whose
// `policy.drift` is `heal`. The rest is reported and left as it is. Pure.
#pragma once
#include "config/plan/plan.hpp"

#include <chrono>
#include <map>

namespace calsync {

struct DaemonPlan {
  Plan plan;                        // to be made
  std::vector<Change> reported;     // left as it is, with what waits for it
  std::vector<std::string> healed;  // addresses in `plan` where somebody's doing at Cal.com is undone
};

DaemonPlan split_drift(Plan plan, const Desired& desired, const Register& owned);

// Healed, and changed again, and healed: two hands are at work, and people get no rest from their e-mails. One thread.
class PingPong {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::size_t times_max = 3;

  // Changed again within `soon` after it was healed counts as the same quarrel.
  explicit PingPong(std::chrono::milliseconds soon) : soon_(soon) {}
  // One more healing. True: it is one too many.
  bool healed(const std::string& address, Time now);
  void forget(const std::string& address) { by_address_.erase(address); }

 private:
  struct Quarrel {
    std::size_t times = 0;
    Time last{};
  };
  std::chrono::milliseconds soon_;
  std::map<std::string, Quarrel, std::less<>> by_address_;
};

}  // namespace calsync
