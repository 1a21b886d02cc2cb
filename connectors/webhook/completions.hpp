// Brings the sink's answers from its thread to the loop: one post for all that come before the loop gets to
// them.
// Owner:    shared by the intake and every answer still to come.
// Runs on:  put() on any thread, the rest on the loop.
// Blocks:   put() for as long as a vector is swapped.
// Promises: after close() an answer is dropped, and the io_context is not touched: the sink may outlive both.
#pragma once
#include "connectors/webhook/listener.hpp"

#include <memory>
#include <mutex>
#include <vector>

namespace calsync {

class Session;

class Completions : public std::enable_shared_from_this<Completions> {
 public:
  explicit Completions(boost::asio::io_context& io) : io_(io) {}
  void put(std::weak_ptr<Session> session, std::uint64_t ticket, Result<Accepted> answer);
  void close();

 private:
  struct Item {
    std::weak_ptr<Session> session;
    std::uint64_t ticket;
    Result<Accepted> answer;
  };
  void hand_out();

  boost::asio::io_context& io_;
  std::mutex mutex_;
  std::vector<Item> items_;    // guarded by mutex_
  bool closed_ = false;        // guarded by mutex_
  std::vector<Item> taken_{};  // the loop's; kept for its memory
};

}  // namespace calsync
