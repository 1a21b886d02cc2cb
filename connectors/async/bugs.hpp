// The end of a coroutine that nobody waits for: what it threw is a bug, and goes on to whoever runs the loop
// (LoopThread calls on_bug). asio::detached would drop it, and an intake that takes nobody any more would look well.
// Runs on:  the loop of the coroutine.
#pragma once
#include <exception>

namespace calsync {

struct BugsToTheLoop {
  void operator()(const std::exception_ptr& bug) const {
    if (bug) std::rethrow_exception(bug);
  }
};

}  // namespace calsync
