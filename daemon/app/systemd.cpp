#include "daemon/app/systemd.hpp"

#include <systemd/sd-daemon.h>

#include <cstdlib>
#include <ctime>
#include <memory>
#include <vector>

namespace calsync {

Result<InheritedSockets> inherited_sockets() {
  char** raw = nullptr;
  const int count = ::sd_listen_fds_with_names(1, &raw);
  const std::unique_ptr<char*, decltype(&std::free)> list(raw, &std::free);
  InheritedSockets out;
  for (int i = 0; i < count; ++i) {
    const std::unique_ptr<char, decltype(&std::free)> name(raw[i], &std::free);
    std::optional<int>& use = std::string(name.get()) == "admin" ? out.admin : out.intake;
    if (use)
      return Error{Errc::rejected,
                   "systemd handed over two sockets for one listener: calsyncd.socket may have one "
                   "ListenStream= for the intake and one named admin"};
    use = SD_LISTEN_FDS_START + i;
  }
  return out;
}

void notify_ready() {
  ::sd_notify(0, "READY=1");
}
void notify_stopping() {
  ::sd_notify(0, "STOPPING=1");
}
void notify_watchdog() {
  ::sd_notify(0, "WATCHDOG=1");
}
void notify_status(const std::string& line) {
  ::sd_notify(0, ("STATUS=" + line).c_str());
}

void notify_reloading() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);  // Type=notify-reload wants it
  const auto microseconds = static_cast<long long>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1000;
  ::sd_notify(0, ("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(microseconds)).c_str());
}

std::optional<std::chrono::microseconds> watchdog_limit() {
  std::uint64_t limit = 0;
  if (::sd_watchdog_enabled(0, &limit) <= 0) return std::nullopt;
  return std::chrono::microseconds(limit);
}

}  // namespace calsync
