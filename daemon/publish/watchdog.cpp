#include "daemon/publish/watchdog.hpp"

#include "state/base/log.hpp"

#include <cstdlib>

namespace calsync {
namespace {

void end_process(const char* call) {
  log::error("a call to Kafka did not come back: ending the process, so that it is started anew",
             {log::field("call", call)});
  std::abort();
}

}  // namespace

Watchdog::Watchdog() : Watchdog(Options{.on_silent = end_process}) {}

Watchdog::Watchdog(Options options)
    : options_(std::move(options)), thread_([this](const std::stop_token& stop) { run(stop); }) {}

Watchdog::~Watchdog() {
  thread_.request_stop();
  thread_.join();
}

void Watchdog::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    wake_.wait_for(lock, stop, options_.tick, [] { return false; });
    const char* call = call_.load();
    if (call == nullptr || stop.stop_requested()) continue;
    if (++ticks_ >= options_.ticks_max) {
      ticks_ = 0;
      options_.on_silent(call);
    }
  }
}

}  // namespace calsync
