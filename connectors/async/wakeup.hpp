// Lets one coroutine sleep until somebody on the same loop wakes it; cheaper than a timer that never expires.
// Owner:    whoever sleeps.
// Runs on:  one loop, one thread.
// Blocks:   never.
// Promises: wake() before wait() is not lost, several count as one; the sleeper goes on from the loop, never
//           from inside wake().
// Fails:    never. At most one coroutine waits at a time.
#pragma once
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <memory>
#include <utility>

namespace calsync {

class Wakeup {
 public:
  boost::asio::awaitable<void> wait() {
    if (!woken_) {
      co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>&, void()>(
          [this](auto handler) {
            sleeper_ = std::make_unique<SleeperOf<decltype(handler)>>(std::move(handler));
          },
          boost::asio::use_awaitable);
    }
    woken_ = false;
  }

  void wake() {
    woken_ = true;
    if (auto sleeper = std::exchange(sleeper_, nullptr)) sleeper->go_on();
  }

 private:
  struct Sleeper {
    virtual ~Sleeper() = default;
    virtual void go_on() = 0;
  };
  template <class Handler>
  struct SleeperOf final : Sleeper {
    explicit SleeperOf(Handler made) : handler(std::move(made)) {}
    void go_on() override { boost::asio::post(std::move(handler)); }
    Handler handler;
  };

  std::unique_ptr<Sleeper> sleeper_;
  bool woken_ = false;
};

}  // namespace calsync
