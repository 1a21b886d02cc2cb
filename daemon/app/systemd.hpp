// What systemd gives and wants: listening sockets, readiness, the watchdog. Without systemd all of it does
// nothing.
// Owner:    run_daemon().
// Runs on:  any thread.
// Blocks:   never.
#pragma once
#include "state/base/error.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace calsync {

struct InheritedSockets {
  std::optional<int> intake;  // any name but "admin" (the default name is that of the socket unit)
  std::optional<int> admin;   // FileDescriptorName=admin
};
// Before any thread starts: it takes LISTEN_FDS out of the environment.  Fails: rejected, more than one for
// one use.
Result<InheritedSockets> inherited_sockets();

void notify_ready();
void notify_reloading();
void notify_stopping();
void notify_watchdog();
void notify_status(const std::string& line);
std::optional<std::chrono::microseconds>
watchdog_limit();  // WATCHDOG_USEC, where it is meant for this process

}  // namespace calsync
