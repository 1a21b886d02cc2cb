#include "daemon/app/wakeups.hpp"

#include <sys/eventfd.h>
#include <sys/signalfd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <poll.h>
#include <pthread.h>
#include <system_error>
#include <unistd.h>

namespace calsync {

Wakeups::Wakeups() {
  sigset_t taken;
  sigemptyset(&taken);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&taken, signal);
  ::pthread_sigmask(SIG_BLOCK, &taken, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  signals_ = ::signalfd(-1, &taken, SFD_CLOEXEC | SFD_NONBLOCK);
  bell_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (signals_ < 0 || bell_ < 0) throw std::system_error(errno, std::generic_category(), "signalfd");
}

Wakeups::~Wakeups() {
  ::close(signals_);
  ::close(bell_);
}

Wakeups::What Wakeups::wait(std::optional<std::chrono::milliseconds> limit) {
  const auto end = std::chrono::steady_clock::now() + limit.value_or(std::chrono::milliseconds{0});
  for (;;) {
    int left = -1;
    if (limit) {
      const auto rest =
          std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
      if (rest.count() <= 0) return What::timeout;
      left = static_cast<int>(rest.count());
    }
    std::array<pollfd, 2> watched{pollfd{signals_, POLLIN, 0}, pollfd{bell_, POLLIN, 0}};
    if (::poll(watched.data(), watched.size(), left) < 0 && errno != EINTR) return What::terminate;
    signalfd_siginfo came{};
    if (::read(signals_, &came, sizeof came) == sizeof came)
      return came.ssi_signo == SIGHUP ? What::reload : What::terminate;
    std::uint64_t rung = 0;
    if (::read(bell_, &rung, sizeof rung) == sizeof rung) return What::ended;
  }
}

void Wakeups::ended(End end) {
  {
    const std::lock_guard lock(mutex_);
    if (!end_) end_ = std::move(end);
  }
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(bell_, &one, sizeof one);
}

std::optional<End> Wakeups::end() const {
  const std::lock_guard lock(mutex_);
  return end_;
}

}  // namespace calsync
