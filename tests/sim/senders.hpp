// Cal.com's side of the wire: signs each fact and posts it, over a network that loses, delays and doubles;
// strangers post what is not signed. Nobody is asked twice, but some senders try again for a while.
#pragma once
#include "tests/sim/sim_daemon.hpp"
#include "tests/sim/swarm.hpp"

namespace calsync::sim {

class Senders {
 public:
  using Route = std::function<SimDaemon*()>;  // who is reached right now; null: nobody listens
  Senders(World& world, SimCal& cal, Oracle& oracle, const Swarm& swarm, Route route);

  void send_everything();
  [[nodiscard]] bool done() const { return under_way_ == 0; }
  [[nodiscard]] std::uint64_t sent() const { return sent_; }
  [[nodiscard]] std::uint64_t acknowledged() const { return acknowledged_; }

 private:
  void send(const Fact& fact);
  void send_badly_signed(const Fact& fact);
  void storm(Ms at);
  void post(Ms delay, std::string request, Ms give_up);
  std::string request(const std::string& source, const std::string& signature, const std::string& body);

  World& world_;
  SimCal& cal_;
  Oracle& oracle_;
  const Swarm& swarm_;
  const Route route_;
  HmacKey key_{webhook_secret};
  std::uint64_t under_way_ = 0, sent_ = 0, acknowledged_ = 0;
};

}  // namespace calsync::sim
