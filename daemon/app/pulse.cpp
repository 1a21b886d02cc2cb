#include "daemon/app/pulse.hpp"

#include "daemon/app/systemd.hpp"
#include "state/base/log.hpp"
#include "state/base/thread.hpp"

#include <algorithm>

namespace calsync {
namespace {

constexpr std::chrono::milliseconds slowest{5000};

std::chrono::milliseconds period(const std::optional<std::chrono::microseconds>& watchdog) {
  if (!watchdog) return slowest;
  return std::min(slowest, std::chrono::duration_cast<std::chrono::milliseconds>(*watchdog / 2));
}

}  // namespace

Pulse::Pulse(Parts parts) : parts_(parts), watchdog_(watchdog_limit()), every_(period(watchdog_)) {}

void Pulse::start() {
  thread_ = std::thread([this] {
    name_thread("pulse");
    run();
  });
}

void Pulse::stop() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Pulse::run() {
  std::unique_lock lock(mutex_);
  while (!over_) {
    lock.unlock();
    // A full disk is looked at again also while no delivery comes: /readyz may be what keeps them away.
    if (parts_.log.disk_full()) writer_answers();
    observe_conditions(parts_.sources);
    tell_status();
    if (watchdog_ && all_answer()) notify_watchdog();
    lock.lock();
    wake_.wait_for(lock, every_, [this] { return over_; });
  }
}

bool Pulse::all_answer() {
  const auto nothing = [] {};
  if (!parts_.intake.run_and_wait(nothing, every_) || !parts_.admin.run_and_wait(nothing, every_)) {
    log::warning("a loop does not answer: systemd is told nothing", {});
    return false;
  }
  return writer_answers();
}

// The writer answers when a small synced write comes back, also where it comes back refused for want of
// room.
bool Pulse::writer_answers() {
  const auto written = parts_.log.set_note("pulse", to_text(parts_.sources.clock.wall()));
  return written || written.error().code == Errc::disk_full;
}

void Pulse::tell_status() {
  const LogHead head = parts_.log.head();
  std::string line =
      std::to_string(head.raw.value()) + " records, " + std::to_string(head.event.value()) + " events";
  if (const auto publisher = parts_.sources.publisher())
    line += ", " + std::to_string(publisher->published.value()) + " in Kafka (" + publisher->mode + ", " +
            to_text(publisher->state) + ")";
  for (const Condition& condition : parts_.sources.conditions.list())
    if (condition.severity != Severity::info) line += "; " + condition.component + ": " + condition.message;
  if (line == told_) return;
  notify_status(line);
  told_ = line;
}

}  // namespace calsync
