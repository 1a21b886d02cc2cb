#include "tests/bench/bare.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <openssl/hmac.h>
#include <rocksdb/db.h>

#include <array>
#include <condition_variable>
#include <cstdio>
#include <deque>
#include <functional>
#include <iostream>
#include <memory>
#include <mutex>
#include <thread>

namespace calsync::bench {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;
using asio::use_awaitable;

bool is_signed(const std::string& secret, const std::string& body, std::string_view signature) {
  std::array<unsigned char, 32> mac{};
  unsigned size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(body.data()), body.size(), mac.data(), &size);
  std::string hex;
  for (const unsigned char byte : mac) {
    std::array<char, 3> two{};
    std::snprintf(two.data(), two.size(), "%02x", byte);
    hex += two.data();
  }
  return hex == signature;
}

// One thread writes what has queued in one synced batch, then tells those who wait.
class SyncedWriter {
 public:
  explicit SyncedWriter(const std::string& directory) {
    rocksdb::Options options;
    options.create_if_missing = true;
    rocksdb::DB* db = nullptr;
    if (!rocksdb::DB::Open(options, directory, &db).ok())
      throw std::runtime_error("cannot open " + directory);
    db_.reset(db);
    thread_ = std::thread([this] { run(); });
    thread_.detach();
  }
  void put(std::string body, std::function<void()> done) {
    const std::scoped_lock lock(mutex_);
    waiting_.push_back({std::move(body), std::move(done)});
    work_.notify_one();
  }

 private:
  struct Waiting {
    std::string body;
    std::function<void()> done;
  };
  void run() {
    rocksdb::WriteOptions synced;
    synced.sync = true;
    for (std::uint64_t key = 0;;) {
      std::deque<Waiting> group;
      {
        std::unique_lock lock(mutex_);
        work_.wait(lock, [this] { return !waiting_.empty(); });
        group.swap(waiting_);
      }
      rocksdb::WriteBatch batch;
      for (const Waiting& each : group) batch.Put(std::to_string(++key), each.body);
      if (!db_->Write(synced, &batch).ok()) std::abort();
      for (const Waiting& each : group) each.done();
    }
  }
  std::unique_ptr<rocksdb::DB> db_;
  std::mutex mutex_;
  std::condition_variable work_;
  std::deque<Waiting> waiting_;  // guarded by mutex_
  std::thread thread_;
};

asio::awaitable<void> written(SyncedWriter& writer, std::string body) {
  co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(
      [&writer](auto handler, std::string bytes) {
        auto shared = std::make_shared<decltype(handler)>(std::move(handler));
        writer.put(std::move(bytes), [shared] {
          auto executor = asio::get_associated_executor(*shared);
          asio::post(executor, [shared] { std::move (*shared)(); });
        });
      },
      use_awaitable, std::move(body));
}

asio::awaitable<void> serve(tcp::socket socket, const std::string& secret, SyncedWriter* writer) {
  boost::beast::flat_buffer buffer;
  try {
    for (;;) {
      http::request<http::string_body> request;
      co_await http::async_read(socket, buffer, request, use_awaitable);
      http::response<http::string_body> response{http::status::ok, 11};
      const auto signature = request["X-Cal-Signature-256"];
      if (!is_signed(secret, request.body(), {signature.data(), signature.size()}))
        response.result(http::status::unauthorized);
      else if (writer != nullptr)
        co_await written(*writer, std::move(request.body()));
      response.body() = "{\"sequence\":1}";
      response.prepare_payload();
      co_await http::async_write(socket, response, use_awaitable);
    }
  } catch (const boost::system::system_error&) {  // the client has left
  }
}

asio::awaitable<void> accept(tcp::acceptor& acceptor, const std::string& secret, SyncedWriter* writer) {
  for (;;) {
    tcp::socket socket = co_await acceptor.async_accept(use_awaitable);
    socket.set_option(tcp::no_delay(true));
    asio::co_spawn(acceptor.get_executor(), serve(std::move(socket), secret, writer), asio::detached);
  }
}

}  // namespace

int run_bare(const std::string& secret, const std::optional<std::string>& log) {
  asio::io_context io{1};
  const auto writer = log ? std::make_unique<SyncedWriter>(*log) : nullptr;
  tcp::acceptor acceptor(io, {asio::ip::make_address("127.0.0.1"), 0});
  std::cout << "port " << acceptor.local_endpoint().port() << std::endl;
  asio::signal_set signals(io, SIGTERM);
  signals.async_wait([](auto, int) { std::_Exit(0); });
  asio::co_spawn(io, accept(acceptor, secret, writer.get()), asio::detached);
  io.run();
  return 0;
}

}  // namespace calsync::bench
