// Load: signed deliveries over keep-alive connections, each a booking of its own, the next when the last was answered.
// Owner:    calsync_bench. Runs on: one thread (epoll).
// Fails:    throws std::runtime_error where it cannot connect; answers that are no 200 are counted.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace calsync::bench {

struct LoadOptions {
  std::uint16_t port = 0;
  std::string path = "/hooks/main";
  std::string secret;
  std::string body;  // of one delivery: every UNIQUE_ID in it is replaced, by as many characters
  unsigned connections = 64;
  std::chrono::milliseconds time{5000};
};

struct LoadResult {
  std::uint64_t accepted = 0, refused = 0, broken = 0;  // broken: connections that ended
  double seconds = 0;
  std::vector<std::uint32_t> latencies_us;  // of accepted ones, in order of arrival
};

LoadResult run_load(const LoadOptions& options);

}  // namespace calsync::bench
