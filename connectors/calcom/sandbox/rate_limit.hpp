// Cal.com's request limit: so many in a fixed window per key; one more and the key is refused for a whole minute
// (CONTRACT §1). Pure: it is told the time.
// Owner:    World.
// Runs on:  one thread at a time.
// Blocks:   never.
#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace calsync::sandbox {

class RateLimit {
 public:
  using Now = std::chrono::steady_clock::time_point;
  struct Verdict {
    bool refused = false;
    unsigned limit = 0, remaining = 0;
    std::chrono::seconds reset{};  // to the window's end, or to the block's; rounded up
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> headers() const;
  };

  // One request of this key; an empty key is everybody without one.
  Verdict ask(const std::string& key, Now now);
  unsigned requests = 120;        // of an API key, per window; 0: no limit
  unsigned token_requests = 500;  // of an access token: a key without the prefix `cal_`
  std::chrono::milliseconds window{60'000}, block{60'000};
  std::uint64_t refused = 0;  // requests so far

 private:
  struct Window {
    Now ends{};
    unsigned used = 0;
    bool blocked = false;
  };
  std::map<std::string, Window> windows_;
};

}  // namespace calsync::sandbox
