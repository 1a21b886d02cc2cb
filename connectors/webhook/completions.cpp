#include "connectors/webhook/completions.hpp"

#include "connectors/webhook/session.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

namespace calsync {

void Completions::put(std::weak_ptr<Session> session, std::uint64_t ticket, Result<Accepted> answer) {
  const std::lock_guard lock(mutex_);
  if (closed_) return;
  items_.push_back({std::move(session), ticket, std::move(answer)});
  // Under the lock: close() must not return while a post is on its way.
  if (items_.size() == 1) boost::asio::post(io_, [self = shared_from_this()] { self->hand_out(); });
}

void Completions::hand_out() {
  {
    const std::lock_guard lock(mutex_);
    taken_.swap(items_);
  }
  for (Item& item : taken_) {
    if (const auto session = item.session.lock()) session->answered(item.ticket, std::move(item.answer));
  }
  taken_.clear();
}

void Completions::close() {
  std::vector<Item> dropped;
  const std::lock_guard lock(mutex_);
  closed_ = true;
  dropped.swap(items_);
}

}  // namespace calsync
