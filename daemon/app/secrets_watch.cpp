#include "daemon/app/secrets_watch.hpp"

#include "state/base/thread.hpp"

#include <future>

namespace calsync {
namespace {

constexpr std::chrono::milliseconds never = std::chrono::hours{24};

}  // namespace

SecretsWatch::SecretsWatch(Parts parts) : parts_(std::move(parts)) {
  thread_ = std::jthread([this] {
    name_thread("secrets");
    loop();
  });
}

void SecretsWatch::reload_soon() {
  reload_ = true;
  bell_.ring();
}

void SecretsWatch::stop() {
  bell_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void SecretsWatch::loop() {
  for (;;) {
    const auto due = parts_.due();
    bell_.sleep(due.value_or(never));
    if (bell_.stopping()) return;
    if (reload_.exchange(false))
      look(parts_.reload);
    else if (due)
      look(parts_.refresh);
  }
}

void SecretsWatch::look(const std::function<void()>& what) {
  auto looking = std::async(std::launch::async, [&what] {
    name_thread("secrets look");
    what();
  });
  const bool slow = looking.wait_for(parts_.slow) != std::future_status::ready;
  if (slow) parts_.is_slow();
  looking.get();
  if (slow) parts_.slow_has_ended();  // it may have ended just before is_slow() told that it goes on
}

}  // namespace calsync
