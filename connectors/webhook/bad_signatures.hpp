// Counts bad signatures by client; after too many in a minute its unsigned requests get 429 for a minute. A
// request with a valid signature is never refused for it: Cal.com's addresses are shared (RELIABILITY §3.3).
// Owner:    the listener.
// Runs on:  the loop.
// Blocks:   never.
// Promises: bounded memory, whoever sends.
#pragma once
#include "connectors/webhook/client_address.hpp"

#include <chrono>
#include <unordered_map>

namespace calsync {

class BadSignatures {
 public:
  using Time = std::chrono::steady_clock::time_point;
  struct Rules {
    std::size_t allowed = 20;  // within `window`: the last of them blocks for `block`
    std::chrono::milliseconds window = std::chrono::minutes{1}, block = std::chrono::minutes{1};
    std::size_t clients_max = 8192;
  };
  explicit BadSignatures(Rules rules) : rules_(rules) {}

  void add(const ClientKey& client, Time now);
  [[nodiscard]] bool blocked(const ClientKey& client, Time now) const;
  [[nodiscard]] std::size_t clients() const { return clients_.size(); }

 private:
  struct Entry {
    Time window_start;
    Time blocked_until;
    std::size_t count = 0;
  };
  void make_room(Time now);

  Rules rules_;
  std::unordered_map<ClientKey, Entry, ClientKeyHash> clients_;
};

}  // namespace calsync
