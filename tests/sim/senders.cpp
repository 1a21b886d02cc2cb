#include "tests/sim/senders.hpp"

namespace calsync::sim {
namespace {

constexpr Ms tries_for{5000};
constexpr std::size_t storm_bodies = 36, storm_bytes = 1000000;

}  // namespace

Senders::Senders(World& world, SimCal& cal, Oracle& oracle, const Swarm& swarm, Route route)
    : world_(world), cal_(cal), oracle_(oracle), swarm_(swarm), route_(std::move(route)) {}

std::string Senders::request(const std::string& source, const std::string& signature,
                             const std::string& body) {
  return "POST /hooks/" + source + " HTTP/1.1\r\nHost: hooks.example\r\nContent-Type: application/json\r\n" +
         "X-Cal-Signature-256: " + signature + "\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

void Senders::send_everything() {
  for (const Fact& fact : cal_.facts) {
    send(fact);
    if (world_.random.chance(50)) send_badly_signed(fact);
  }
  if (swarm_.storm) storm(Ms(world_.random.between(10000, 60000)));
}

void Senders::send(const Fact& fact) {
  const bool network = swarm_.network;
  if (network && world_.random.chance(100)) return;  // lost
  const auto delay = [&] {
    if (!network || world_.random.chance(500)) return Ms(world_.random.between(0, 200));
    return Ms(world_.random.between(0, world_.random.chance(200) ? 120000 : 15000));
  };
  const std::string whole = request(fact.source, to_hex(key_.sign(fact.body)), fact.body);
  const Ms give_up = world_.random.chance(500) ? tries_for : Ms(0);
  post(fact.at + delay(), whole, give_up);
  if (network && world_.random.chance(150)) post(fact.at + delay(), whole, give_up);
}

void Senders::send_badly_signed(const Fact& fact) {
  const std::string body = fact.body + " ";  // other bytes, so that none of it may be in the log
  const std::string right = to_hex(key_.sign(body));
  const std::vector<std::pair<std::string, std::string>> wrong{
      {"a part of the signature", right.substr(0, 2 * world_.random.between(1, 31))},
      {"an empty signature", ""},
      {"the signature of another body", to_hex(key_.sign(fact.body))},
      {"a signature of 65 digits", right + "0"},
      {"no secret", "no-secret-provided"}};
  const auto& [what, signature] = world_.random.pick(wrong);
  ++under_way_;
  world_.after(fact.at, [this, what = what, whole = request("main", signature, body)] {
    --under_way_;
    SimDaemon* const reached = route_();
    if (reached == nullptr) return;
    reached->post(whole, [this, what](unsigned status) {
      if (status / 100 == 2) oracle_.refused_signature_was_taken(what);
    });
  });
}

// More than the queue may hold, at once.
void Senders::storm(Ms at) {
  for (std::size_t i = 0; i < storm_bodies; ++i) {
    const std::string body = std::to_string(i) + std::string(storm_bytes, 'x');
    cal_.junk.insert(fingerprint(body));
    post(at, request("main", to_hex(key_.sign(body)), body), Ms(0));
  }
}

void Senders::post(Ms delay, std::string whole, Ms give_up) {
  ++under_way_;
  world_.after(delay, [this, whole = std::move(whole), give_up] {
    const auto answered = [this, whole, give_up](unsigned status) {
      --under_way_;
      if (status == 200) ++acknowledged_;
      if (status == 503) world_.met("deliveries refused with 503");
      if (status != 200 && status != 503 && status != 0)
        oracle_.violated("a signed delivery was answered " + std::to_string(status));
      if (status != 200 && give_up > Ms(0)) post(Ms(1000), whole, give_up - Ms(1000));
    };
    ++sent_;
    SimDaemon* const reached = route_();
    if (reached == nullptr) return answered(0);
    reached->post(whole, answered);
  });
}

}  // namespace calsync::sim
