// A real listener on loopback with a sink that a test steers, and a client that sends raw bytes.
#pragma once
#include "connectors/webhook/listener.hpp"

#include <boost/asio/io_context.hpp>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace calsync::test {

inline const std::string secret = "a webhook secret of 32 bytes ....";

std::string sign(std::string_view body, std::string_view with = secret);
// A whole request as Cal.com sends it; `extra`: further header lines, each with CRLF.
std::string signed_post(std::string_view body, std::string_view path = "/hooks/main",
                        std::string_view extra = "");

struct Answer {
  unsigned status = 0;  // 0: the connection ended, or nothing came in time
  std::string head, body;
  [[nodiscard]] std::string header(std::string_view name) const;
};

class Client {  // blocking, with a time limit of 5 s for each read
 public:
  explicit Client(std::uint16_t port, const char* from = nullptr);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  bool send(std::string_view bytes);
  Answer read();
  bool answered(std::chrono::milliseconds within);  // there is something to read, also an end
  Answer ask(std::string_view bytes) {
    send(bytes);
    return read();
  }
  bool closed();          // by the other side, with nothing more to read: waits for it
  bool ended_in_peace();  // the same, but by an end of the stream, not by a reset
  void half_close();

 private:
  bool more();
  int socket_;
  std::string arrived_;
};

class IntakeServer {
 public:
  explicit IntakeServer(ListenerOptions options = {}, std::optional<DeliverySink> sink = std::nullopt);
  ~IntakeServer();
  [[nodiscard]] std::uint16_t port() const { return port_; }
  WebhookListener& listener() { return *listener_; }
  std::size_t delivered();
  RawDelivery last();
  double metric(std::string_view line_start);  // the value of the first such line
  void on_loop(std::function<void()> work);    // and waits for it
  void drain(bool farewell = false);           // without waiting
  bool wait_drained(std::chrono::milliseconds limit);
  void destroy() {
    on_loop([this] { listener_.reset(); });
  }
  MetricRegistry metrics;

 private:
  SystemClock clock_;
  boost::asio::io_context io_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<RawDelivery> deliveries_;  // guarded by mutex_
  bool drained_ = false;                 // guarded by mutex_
  std::unique_ptr<WebhookListener> listener_;
  std::uint16_t port_ = 0;
  std::thread loop_;
};

// Waits for what another thread will make true.
bool eventually(const std::function<bool()>& condition,
                std::chrono::milliseconds limit = std::chrono::seconds{5});

}  // namespace calsync::test
