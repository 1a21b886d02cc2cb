// The watchdog's messages, read from a socket in systemd's place.
#include "daemon/app/pulse.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstdlib>
#include <filesystem>
#include <unistd.h>

namespace calsync {
namespace {

class Systemd {
 public:
  explicit Systemd(const std::filesystem::path& path) : fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.string().copy(static_cast<char*>(address.sun_path), path.string().size());
    EXPECT_EQ(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
    ::setenv("WATCHDOG_USEC", "100000", 1);
    ::unsetenv("WATCHDOG_PID");
  }
  ~Systemd() {
    ::close(fd_);
    ::unsetenv("NOTIFY_SOCKET");
    ::unsetenv("WATCHDOG_USEC");
  }
  // The next message that begins so; "" when none comes within the limit.
  std::string next(std::string_view begin, std::chrono::milliseconds limit) {
    const auto end = std::chrono::steady_clock::now() + limit;
    std::array<char, 4096> text{};
    while (std::chrono::steady_clock::now() < end) {
      const timeval slice{0, 10'000};
      ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &slice, sizeof slice);
      const auto got = ::recv(fd_, text.data(), text.size(), 0);
      const std::string message(text.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
      if (got > 0 && message.starts_with(begin)) return message;
    }
    return "";
  }

 private:
  int fd_;
};

class PulseTest : public testing::Test {
 protected:
  PulseTest() {
    std::string name = (std::filesystem::temp_directory_path() / "calsync-pulse-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    systemd_.emplace(folder_ / "notify");
    log_ = *EventLog::open({.path = folder_ / "log"}, metrics_);
    sources_.emplace(AdminSources{.log = *log_,
                                  .metrics = metrics_,
                                  .clock = clock_,
                                  .conditions = conditions_,
                                  .publisher = [] { return std::optional<PublisherStatus>{}; },
                                  .intake = [] { return IntakeStatus{}; },
                                  .version = "",
                                  .settings_file = "",
                                  .log_path = "",
                                  .started_at = {}});
    intake_.start();
    admin_.start();
    pulse_.emplace(Pulse::Parts{*log_, intake_, admin_, *sources_});
    pulse_->start();
  }
  ~PulseTest() override {
    pulse_.reset();
    log_->close();
    std::filesystem::remove_all(folder_);
  }

  std::filesystem::path folder_;
  std::optional<Systemd> systemd_;
  SystemClock clock_;
  MetricRegistry metrics_;
  Conditions conditions_{clock_};
  LoopThread intake_{"intake", [](const std::string&) {}};
  LoopThread admin_{"admin", [](const std::string&) {}};
  std::unique_ptr<EventLog> log_;
  std::optional<AdminSources> sources_;
  std::optional<Pulse> pulse_;
};

TEST_F(PulseTest, TellsSystemdThatAllLiveAndWhatTheyDo) {
  EXPECT_EQ(systemd_->next("STATUS=", std::chrono::seconds{10}), "STATUS=0 records, 0 events");
  EXPECT_EQ(systemd_->next("WATCHDOG=1", std::chrono::seconds{10}), "WATCHDOG=1");
  EXPECT_EQ(systemd_->next("WATCHDOG=1", std::chrono::seconds{10}), "WATCHDOG=1");
}

TEST_F(PulseTest, IsSilentWhileALoopHangsAndGoesOnAfterwards) {
  std::promise<void> hanging;
  std::promise<void> release;
  boost::asio::post(intake_.io, [&] {
    hanging.set_value();
    release.get_future().wait();
  });
  hanging.get_future().wait();
  while (
      !systemd_->next("WATCHDOG=1", std::chrono::milliseconds{200}).empty()) {  // those sent before it hung
  }
  EXPECT_EQ(systemd_->next("WATCHDOG=1", std::chrono::milliseconds{300}), "");
  release.set_value();
  EXPECT_EQ(systemd_->next("WATCHDOG=1", std::chrono::seconds{10}), "WATCHDOG=1");
}

TEST_F(PulseTest, IsSilentWhenTheLogIsNotWritten) {
  EXPECT_EQ(systemd_->next("WATCHDOG=1", std::chrono::seconds{10}), "WATCHDOG=1");
  log_->close();
  while (!systemd_->next("WATCHDOG=1", std::chrono::milliseconds{200}).empty()) {
  }
  EXPECT_EQ(systemd_->next("WATCHDOG=1", std::chrono::milliseconds{300}), "");
}

}  // namespace
}  // namespace calsync
