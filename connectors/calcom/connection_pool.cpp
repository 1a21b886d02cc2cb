#include "connectors/calcom/connection_pool.hpp"

namespace calsync {
namespace {

constexpr std::chrono::seconds idle_max{3};

}  // namespace

Result<ConnectionPool::Lease> ConnectionPool::lend() {
  std::unique_lock lock(mutex_);
  if (!returned_.wait(lock, options_.stop, [this] { return free_ > 0; }))
    return Error{Errc::cancelled, "interrupted"};
  --free_;
  if (!kept_.empty()) {
    Kept last = std::move(kept_.back());
    kept_.pop_back();
    lock.unlock();
    if (clock_.steady() - last.since > idle_max) last.client->close();
    return Lease(*this, std::move(last.client));
  }
  lock.unlock();
  auto made = HttpClient::to(url_, options_);
  if (made) return Lease(*this, std::make_unique<HttpClient>(*std::move(made)));
  take_back(nullptr);
  return std::move(made).error();
}

void ConnectionPool::take_back(std::unique_ptr<HttpClient> client) {
  {
    const std::lock_guard lock(mutex_);
    if (client) kept_.push_back({std::move(client), clock_.steady()});
    ++free_;
  }
  returned_.notify_one();
}

}  // namespace calsync
