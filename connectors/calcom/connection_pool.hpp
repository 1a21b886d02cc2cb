// Kept connections to one server, lent to one caller at a time.
// Owner:    CalcomClient.
// Runs on:  any thread.
// Blocks:   lend(), while all are out.
// Promises: a connection that may have been closed by its idle limit (5 s, CONTRACT §16) is made anew.
// Fails:    lend(): cancelled, rejected (the authorities cannot be read).
#pragma once
#include "connectors/http/client.hpp"
#include "state/base/time.hpp"

#include <condition_variable>
#include <mutex>

namespace calsync {

class ConnectionPool {
 public:
  ConnectionPool(HttpUrl url, HttpClientOptions options, std::size_t connections, Clock& clock)
      : url_(std::move(url)), options_(std::move(options)), free_(connections), clock_(clock) {}

  class Lease {
   public:
    Lease(ConnectionPool& pool, std::unique_ptr<HttpClient> client)
        : pool_(&pool), client_(std::move(client)) {}
    Lease(Lease&&) noexcept = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (client_) pool_->take_back(std::move(client_));
    }
    HttpClient& operator*() const { return *client_; }

   private:
    ConnectionPool* pool_;
    std::unique_ptr<HttpClient> client_;
  };
  Result<Lease> lend();

 private:
  struct Kept {
    std::unique_ptr<HttpClient> client;
    std::chrono::steady_clock::time_point since;
  };
  void take_back(std::unique_ptr<HttpClient> client);

  const HttpUrl url_;
  const HttpClientOptions options_;
  std::mutex mutex_;
  std::condition_variable_any returned_;
  std::vector<Kept> kept_;  // guarded by mutex_; the one used last stands last
  std::size_t free_;        // guarded by mutex_: leases that may still be given
  Clock& clock_;
};

}  // namespace calsync
