#include "intake_server.hpp"

#include <arpa/inet.h>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <sys/socket.h>

#include <future>
#include <poll.h>
#include <stdexcept>
#include <unistd.h>

namespace calsync::test {

std::string sign(std::string_view body, std::string_view with) {
  return to_hex(HmacKey(with).sign(body));
}

std::string signed_post(std::string_view body, std::string_view path, std::string_view extra) {
  std::string out = "POST " + std::string(path) + " HTTP/1.1\r\nHost: hooks.example.org\r\n";
  out += "Content-Type: application/json\r\nX-Cal-Signature-256: " + sign(body) + "\r\n";
  out += "Content-Length: " + std::to_string(body.size()) + "\r\n" + std::string(extra) + "\r\n";
  return out += body;
}

std::string Answer::header(std::string_view name) const {
  const std::size_t at = head.find("\r\n" + std::string(name) + ": ");
  if (at == std::string::npos) return "";
  const std::size_t from = at + name.size() + 4;
  return head.substr(from, head.find("\r\n", from) - from);
}

Client::Client(std::uint16_t port, const char* from)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const timeval limit{5, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  if (from != nullptr) {
    ::inet_pton(AF_INET, from, &address.sin_addr);
    ::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address);
  }
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error("cannot connect");
}
Client::~Client() {
  ::close(socket_);
}

bool Client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool Client::more() {
  std::array<char, 4096> chunk;
  const ssize_t got = ::recv(socket_, chunk.data(), chunk.size(), 0);
  if (got <= 0) return false;
  arrived_.append(chunk.data(), static_cast<std::size_t>(got));
  return true;
}

Answer Client::read() {
  Answer out;
  std::size_t end = 0;
  while ((end = arrived_.find("\r\n\r\n")) == std::string::npos)
    if (!more()) return out;
  out.head = arrived_.substr(0, end + 2);
  arrived_.erase(0, end + 4);
  out.status = static_cast<unsigned>(std::stoul(out.head.substr(9, 3)));
  const std::string length = out.header("Content-Length");
  const std::size_t size = length.empty() ? 0 : std::stoul(length);
  while (arrived_.size() < size)
    if (!more()) return {};
  out.body = arrived_.substr(0, size);
  arrived_.erase(0, size);
  return out;
}

bool Client::answered(std::chrono::milliseconds within) {
  pollfd waiting{.fd = socket_, .events = POLLIN, .revents = 0};
  return !arrived_.empty() || ::poll(&waiting, 1, static_cast<int>(within.count())) > 0;
}

bool Client::closed() {
  return ended_in_peace() || (arrived_.empty() && errno == ECONNRESET);
}

bool Client::ended_in_peace() {
  if (!arrived_.empty()) return false;
  char byte = 0;
  errno = 0;
  return ::recv(socket_, &byte, 1, 0) == 0;
}

void Client::half_close() {
  ::shutdown(socket_, SHUT_WR);
}

IntakeServer::IntakeServer(ListenerOptions options, std::optional<DeliverySink> sink) {
  options.listen = "127.0.0.1:0";
  if (options.sources.empty()) options.sources.push_back({SourceId("main"), {Secret(secret)}});
  const auto keep = [this](RawDelivery delivery, const std::function<void(Result<Accepted>)>& done) {
    std::size_t count = 0;
    {
      const std::lock_guard lock(mutex_);
      deliveries_.push_back(std::move(delivery));
      count = deliveries_.size();
    }
    done(Accepted{RawSequence(count)});
  };
  auto started =
      WebhookListener::start(io_, std::move(options), sink ? *sink : DeliverySink(keep), clock_, metrics);
  if (!started) throw std::runtime_error(started.error().text());
  listener_ = std::move(*started);
  port_ = listener_->port();
  loop_ = std::thread([this] {
    const auto guard = boost::asio::make_work_guard(io_);
    io_.run();
  });
}

IntakeServer::~IntakeServer() {
  on_loop([this] { listener_.reset(); });
  io_.stop();
  loop_.join();
}

void IntakeServer::on_loop(std::function<void()> work) {
  std::promise<void> done;
  boost::asio::post(io_, [&] {
    work();
    done.set_value();
  });
  done.get_future().wait();
}

void IntakeServer::drain(bool farewell) {
  on_loop([this, farewell] {
    if (farewell) listener_->say_farewell();
    listener_->drain([this] {
      const std::lock_guard lock(mutex_);
      drained_ = true;
      changed_.notify_all();
    });
  });
}

bool IntakeServer::wait_drained(std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, limit, [this] { return drained_; });
}

std::size_t IntakeServer::delivered() {
  const std::lock_guard lock(mutex_);
  return deliveries_.size();
}

RawDelivery IntakeServer::last() {
  const std::lock_guard lock(mutex_);
  return deliveries_.back();
}

double IntakeServer::metric(std::string_view line_start) {
  const std::string text = "\n" + metrics.text();
  const std::size_t at = text.find("\n" + std::string(line_start));
  if (at == std::string::npos) return -1;
  const std::size_t space = text.find(' ', at + line_start.size());  // its last character may be that space
  return std::stod(text.substr(space + 1));
}

bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds limit) {
  const auto until = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::yield();
  }
  return true;
}

}  // namespace calsync::test
