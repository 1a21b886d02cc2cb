#include "connectors/webhook/bad_signatures.hpp"

namespace calsync {

void BadSignatures::add(const ClientKey& client, Time now) {
  if (clients_.size() >= rules_.clients_max && !clients_.contains(client)) make_room(now);
  Entry& entry = clients_.try_emplace(client, Entry{now, Time::min(), 0}).first->second;
  if (now - entry.window_start >= rules_.window) {
    entry.window_start = now;
    entry.count = 0;
  }
  if (++entry.count >= rules_.allowed) entry.blocked_until = now + rules_.block;
}

bool BadSignatures::blocked(const ClientKey& client, Time now) const {
  if (clients_.empty()) return false;
  const auto at = clients_.find(client);
  return at != clients_.end() && now < at->second.blocked_until;
}

void BadSignatures::make_room(Time now) {
  std::erase_if(clients_, [&](const auto& row) {
    return now - row.second.window_start >= rules_.window && now >= row.second.blocked_until;
  });
  // All of them recent: a flood from many networks. Forgetting half costs the senders of bad signatures'
  // victims nothing.
  for (std::size_t surplus = clients_.size() >= rules_.clients_max ? rules_.clients_max / 2 : 0; surplus > 0;
       --surplus)
    clients_.erase(clients_.begin());
}

}  // namespace calsync
