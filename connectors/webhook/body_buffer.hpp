// Bytes of one connection that are not yet answered, and the memory that all connections may take for them
// together.
// Owner:    a session.
// Runs on:  the loop.
// Blocks:   never.
// Promises: the small buffer of every connection is there from the start, so that other people's large bodies
//           never refuse a usual delivery (2 to 10 kB); a large one is paid for as it arrives, not as it is
//           announced.
#pragma once
#include <cstring>
#include <memory>
#include <string_view>

namespace calsync {

inline constexpr std::size_t small_buffer_bytes = std::size_t{16} * 1024;

struct BodyBudget {
  std::size_t limit = 0;
  std::size_t used = 0;
  bool take(std::size_t bytes) {
    if (bytes > limit - used) return false;
    used += bytes;
    return true;
  }
  void give(std::size_t bytes) { used -= bytes; }
};

class BodyBuffer {
 public:
  [[nodiscard]] std::string_view bytes() const { return {data_.get(), size_}; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t capacity() const { return capacity_; }
  [[nodiscard]] bool full() const { return size_ == capacity_; }
  char* free_space() { return data_.get() + size_; }
  [[nodiscard]] std::size_t free_bytes() const { return capacity_ - size_; }
  void arrived(std::size_t bytes) { size_ += bytes; }

  // Views into bytes() end here.
  void resize(std::size_t capacity) {
    std::unique_ptr<char[]> bigger(new char[capacity]);  // not zeroed
    std::memcpy(bigger.get(), data_.get(), size_);
    data_ = std::move(bigger);
    capacity_ = capacity;
  }
  void drop_front(std::size_t bytes) {
    size_ -= bytes;
    std::memmove(data_.get(), data_.get() + bytes, size_);
  }

 private:
  std::size_t capacity_ = small_buffer_bytes;
  std::size_t size_ = 0;
  std::unique_ptr<char[]> data_{new char[small_buffer_bytes]};
};

}  // namespace calsync
