// Servers that hang, drip, never end or send elsewhere: git is ended in time, takes no more memory than it may, and goes nowhere else.
#include "git_world.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <atomic>
#include <poll.h>
#include <thread>
#include <unistd.h>

namespace calsync::test {
namespace {

using testing::HasSubstr;

// Answers each connection with `answer`, and with `again` for as long as somebody takes it.
class Server {
 public:
  explicit Server(std::string answer, std::string again = "", std::chrono::milliseconds pause = {})
      : answer_(std::move(answer)), again_(std::move(again)), pause_(pause) {
    listening_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(listening_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(listening_, 8), 0);
    ::getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  }
  ~Server() {
    thread_.request_stop();
    thread_.join();
    ::close(listening_);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/x.git"; }
  [[nodiscard]] int asked() const { return asked_; }

 private:
  void run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      pollfd knock{listening_, POLLIN, 0};
      if (::poll(&knock, 1, 20) <= 0) continue;
      const int client = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
      ++asked_;
      serve(client, stop);
      ::close(client);
    }
  }
  static bool give(int client, const std::string& text) {
    return ::send(client, text.data(), text.size(), MSG_NOSIGNAL) > 0;
  }
  // Until the client leaves: a silent server keeps it waiting.
  void serve(int client, const std::stop_token& stop) {
    std::array<char, 4096> question{};
    if (::recv(client, question.data(), question.size(), 0) <= 0) return;
    if (!answer_.empty() && !give(client, answer_)) return;
    if (!answer_.empty() && again_.empty()) return;
    while (!stop.stop_requested()) {
      if (!again_.empty() && !give(client, again_)) return;
      if (pause_.count() == 0 && !again_.empty()) continue;
      pollfd left{client, POLLRDHUP, 0};
      if (::poll(&left, 1, again_.empty() ? 20 : static_cast<int>(pause_.count())) > 0) return;
    }
  }

  std::string answer_, again_;
  std::chrono::milliseconds pause_;
  int listening_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<int> asked_{0};
  std::jthread thread_;
};

const std::string advertisement =
    "HTTP/1.1 200 OK\r\nContent-Type: application/x-git-upload-pack-advertisement\r\n\r\n"
    "001e# service=git-upload-pack\n0000";

class HostileServer : public GitWorld {
 protected:
  Error refusal(const Server& server, std::chrono::seconds limit = std::chrono::seconds{30}) {
    GitLimits limits;
    limits.fetch_time = limit;
    GitRepository repository = ours(limits);
    const auto began = std::chrono::steady_clock::now();
    const auto got = repository.fetch(server.url(), "main", stop_.get_token());
    took_ = std::chrono::steady_clock::now() - began;
    rusage children{};
    ::getrusage(RUSAGE_CHILDREN, &children);
    EXPECT_LT(children.ru_maxrss, 256L * 1024) << "KiB";
    EXPECT_FALSE(got);
    return got ? Error{} : got.error();
  }
  std::chrono::steady_clock::duration took_{};
};

TEST_F(HostileServer, OneThatSaysNothingIsLeftInTime) {
  EXPECT_EQ(refusal(Server(""), std::chrono::seconds{1}).code, Errc::timeout);
  EXPECT_LT(took_, std::chrono::seconds{10});
}

TEST_F(HostileServer, OneThatDripsIsLeftInTime) {
  const Server server("HTTP/1.1 200 OK\r\n", "X: y\r\n", std::chrono::milliseconds{20});
  EXPECT_EQ(refusal(server, std::chrono::seconds{1}).code, Errc::timeout);
  EXPECT_LT(took_, std::chrono::seconds{10});
}

TEST_F(HostileServer, OneThatSendsElsewhereIsNotFollowed) {
  const Server other(advertisement);
  for (const std::string& place : {other.url() + "/info/refs?service=git-upload-pack",
                                   "file://" + work().string(), std::string("ext::sh -c id")}) {
    const Server server("HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + place + "\r\n\r\n");
    EXPECT_THAT(refusal(server).what, HasSubstr("sends elsewhere")) << place;
  }
  EXPECT_EQ(other.asked(), 0);
}

TEST_F(HostileServer, OneWhoseListOfBranchesNeverEndsDoesNotFillMemory) {
  std::string many;
  for (int i = 0; i < 1000; ++i)
    many += "003f" + std::string(40, 'a') + " refs/heads/b" + std::to_string(10000 + i) + "\n";
  const Server server(advertisement, many);
  const Error refused = refusal(server);
  EXPECT_FALSE(refused.what.empty());  // memory or, on a busy machine, time
}

TEST_F(HostileServer, OneThatAsksForAPasswordIsNotGivenOneAndNobodyIsAsked) {
  const Server server(
      "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nWWW-Authenticate: Basic realm=\"x\"\r\n\r\n");
  EXPECT_EQ(refusal(server).code, Errc::unavailable);
  EXPECT_LT(took_, std::chrono::seconds{10});
}

TEST_F(HostileServer, OneThatIsNoGitServerIsToldSo) {
  const Server server("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhi");
  EXPECT_THAT(refusal(server).text(), HasSubstr(server.url()));
}

}  // namespace
}  // namespace calsync::test
