// A server on this machine that answers as the test says, and a clock that sleeping moves.
#pragma once
#include "connectors/calcom/client.hpp"
#include "connectors/http/server.hpp"

#include <boost/asio/executor_work_guard.hpp>

#include <atomic>
#include <deque>
#include <future>
#include <mutex>
#include <thread>

namespace calsync {

class MovedClock final : public Clock {
 public:
  Instant wall() override { return Instant{std::chrono::milliseconds{1'795'000'000'000}}; }
  std::chrono::steady_clock::time_point steady() override {
    return std::chrono::steady_clock::time_point{std::chrono::hours{1}} + std::chrono::nanoseconds{moved_};
  }
  void move(std::chrono::nanoseconds by) { moved_ += by.count(); }
  SleepUntil sleep() {
    return [this](std::chrono::steady_clock::time_point until, const std::stop_token& stop) {
      if (until > steady()) move(until - steady());
      return !stop.stop_requested();
    };
  }

 private:
  std::atomic<std::int64_t> moved_{0};
};

class ApiServer {
 public:
  using Answer = std::function<ServerResponse(const ServerRequest&)>;
  explicit ApiServer(Answer answer) : answer_(std::move(answer)) {
    server_ = *HttpServer::start(io_, {.listen = "127.0.0.1:0"},
                                 [this](ServerRequest request) -> boost::asio::awaitable<ServerResponse> {
                                   {
                                     const std::lock_guard lock(mutex_);
                                     requests_.push_back(request);
                                     most_ = std::max(most_, server_->connections());
                                   }
                                   co_return answer_(request);
                                 });
    thread_ = std::thread([this] { io_.run(); });
  }
  ~ApiServer() {
    io_.stop();
    thread_.join();
  }
  ApiServer(const ApiServer&) = delete;
  ApiServer& operator=(const ApiServer&) = delete;

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }
  [[nodiscard]] std::vector<ServerRequest> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  [[nodiscard]] std::size_t most_connections() const {
    const std::lock_guard lock(mutex_);
    return most_;
  }

 private:
  const Answer answer_;
  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_{io_.get_executor()};
  mutable std::mutex mutex_;
  std::vector<ServerRequest> requests_;  // guarded by mutex_
  std::size_t most_ = 0;                 // guarded by mutex_
  std::unique_ptr<HttpServer> server_;
  std::thread thread_;
};

// As Cal.com answers (recorded/api/272-ratelimit.json).
inline ServerResponse with_limits(ServerResponse response, int limit, int remaining, int reset) {
  response.headers.emplace_back("X-RateLimit-Limit-Default", std::to_string(limit));
  response.headers.emplace_back("X-RateLimit-Remaining-Default", std::to_string(remaining));
  response.headers.emplace_back("X-RateLimit-Reset-Default", std::to_string(reset));
  return response;
}
inline ServerResponse api_data(const std::string& data) {
  return {.body = R"({"status":"success","data":)" + data + "}"};
}
inline ServerResponse api_error(unsigned status, const std::string& code, const std::string& message) {
  return {.status = status,
          .body = R"({"status":"error","path":"/v2/x","error":{"code":")" + code + R"(","message":")" +
                  message + R"("}})",
          .headers = {{"X-Request-Id", "8a85cebb"}}};
}

}  // namespace calsync
