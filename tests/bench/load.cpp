#include "tests/bench/load.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/hmac.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <stdexcept>
#include <string_view>
#include <unistd.h>

namespace calsync::bench {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::string_view id_mark = "UNIQUE_ID_0000000000";

// One request, of which only the signature and the ids change.
class Request {
 public:
  explicit Request(const LoadOptions& options) : secret_(options.secret) {
    bytes_ = "POST " + options.path +
             " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: " +
             std::to_string(options.body.size()) + "\r\nX-Cal-Signature-256: ";
    signature_at_ = bytes_.size();
    bytes_ += std::string(64, '0') + "\r\n\r\n";
    body_at_ = bytes_.size();
    bytes_ += options.body;
    for (auto at = bytes_.find(id_mark); at != std::string::npos; at = bytes_.find(id_mark, at + 1))
      ids_.push_back(at);
    if (ids_.empty()) throw std::runtime_error("the body has no " + std::string(id_mark));
  }

  const std::string& make(std::uint64_t number) {
    std::string id = std::to_string(number);
    id.insert(0, id_mark.size() - id.size(), '0');
    for (const std::size_t at : ids_) bytes_.replace(at, id_mark.size(), id);
    std::array<unsigned char, 32> mac{};
    unsigned size = 0;
    HMAC(EVP_sha256(), secret_.data(), static_cast<int>(secret_.size()),
         reinterpret_cast<const unsigned char*>(bytes_.data()) + body_at_, bytes_.size() - body_at_,
         mac.data(), &size);
    static constexpr std::string_view digits = "0123456789abcdef";
    for (std::size_t i = 0; i < mac.size(); ++i) {
      bytes_[signature_at_ + 2 * i] = digits[mac[i] >> 4U];
      bytes_[signature_at_ + 2 * i + 1] = digits[mac[i] & 15U];
    }
    return bytes_;
  }

 private:
  std::string secret_, bytes_;
  std::size_t signature_at_ = 0, body_at_ = 0;
  std::vector<std::size_t> ids_;
};

struct Connection {
  int fd = -1;
  std::string in;
  Clock::time_point began;
};

int connect_to(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
    throw std::runtime_error("cannot connect to port " + std::to_string(port));
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

// Bytes of the answer in front of `in`; 0: not all there yet.
std::size_t answer_size(std::string_view in) {
  const auto end = in.find("\r\n\r\n");
  if (end == std::string_view::npos) return 0;
  std::size_t length = 0;
  for (const std::string_view name : {"Content-Length: ", "content-length: "}) {
    const auto at = in.substr(0, end).find(name);
    if (at != std::string_view::npos) std::from_chars(in.data() + at + name.size(), in.data() + end, length);
  }
  return in.size() >= end + 4 + length ? end + 4 + length : 0;
}

class Load {
 public:
  explicit Load(const LoadOptions& options)
      : options_(options),
        request_(options),
        poll_(::epoll_create1(EPOLL_CLOEXEC)),
        connections_(options.connections) {
    // So that two runs against one log never send the same booking.
    next_ = static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count());
    for (std::size_t i = 0; i < connections_.size(); ++i) {
      connections_[i].fd = connect_to(options.port);
      epoll_event event{.events = EPOLLIN, .data = {.u64 = i}};
      ::epoll_ctl(poll_, EPOLL_CTL_ADD, connections_[i].fd, &event);
    }
  }
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;
  ~Load() {
    for (const Connection& connection : connections_)
      if (connection.fd >= 0) ::close(connection.fd);
    ::close(poll_);
  }

  LoadResult run() {
    const auto start = Clock::now();
    end_ = start + options_.time;
    for (Connection& connection : connections_) send_next(connection);
    std::array<epoll_event, 256> events{};
    while (waiting_ > 0) {
      const int ready = ::epoll_wait(poll_, events.data(), static_cast<int>(events.size()), 10'000);
      if (ready == 0) throw std::runtime_error("no answer within 10 s");
      for (int i = 0; i < ready; ++i) receive(connections_[events[static_cast<std::size_t>(i)].data.u64]);
    }
    result_.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    return std::move(result_);
  }

 private:
  void send_next(Connection& connection) {
    connection.began = Clock::now();
    if (connection.began >= end_) return;
    const std::string& bytes = request_.make(next_++);
    ++waiting_;
    // The socket's buffer is larger than a request: a blocking write does not wait.
    if (::send(connection.fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size()))
      broken(connection);
  }

  void receive(Connection& connection) {
    std::array<char, 4096> buffer;
    const ssize_t got = ::recv(connection.fd, buffer.data(), buffer.size(), 0);
    if (got <= 0) return broken(connection);
    connection.in.append(buffer.data(), static_cast<std::size_t>(got));
    const std::size_t size = answer_size(connection.in);
    if (size == 0) return;
    --waiting_;
    if (connection.in.starts_with("HTTP/1.1 200")) {
      ++result_.accepted;
      result_.latencies_us.push_back(static_cast<std::uint32_t>(
          std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - connection.began).count()));
    } else {
      ++result_.refused;
    }
    connection.in.erase(0, size);
    send_next(connection);
  }

  void broken(Connection& connection) {
    ++result_.broken;
    --waiting_;
    ::close(connection.fd);
    connection.fd = -1;
  }

  const LoadOptions& options_;
  Request request_;
  int poll_;
  std::vector<Connection> connections_;
  std::uint64_t next_ = 0;
  std::size_t waiting_ = 0;
  Clock::time_point end_;
  LoadResult result_;
};

}  // namespace

LoadResult run_load(const LoadOptions& options) {
  return Load(options).run();
}

}  // namespace calsync::bench
