#include "daemon/poll/failing_reads.hpp"

#include <algorithm>

namespace calsync {

std::chrono::milliseconds FailingReads::failed(const std::string& uid, bool by_itself) {
  constexpr int most_doublings = 20;
  if (!by_itself) return first_wait_;
  int& times = times_[uid];
  times = std::min(times + 1, most_doublings);
  return std::min(first_wait_ * (std::int64_t{1} << (times - 1)), std::max(first_wait_, longest_));
}

int FailingReads::times(const std::string& uid) const {
  const auto at = times_.find(uid);
  return at == times_.end() ? 0 : at->second;
}

std::size_t FailingReads::again_and_again() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(times_, [](const auto& one) { return one.second > 1; }));
}

}  // namespace calsync
