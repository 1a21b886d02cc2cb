// How many requests a poll asks. Owner, threads, blocking and failures: as of the CalcomReads that it passes on to.
#pragma once
#include "connectors/calcom/api.hpp"

#include <utility>

namespace calsync {

class CountedReads final : public CalcomReads {
 public:
  explicit CountedReads(CalcomReads& api) : api_(api) {}
  Result<ApiAnswer> get(std::string_view path, ApiUse use) override {
    ++count_;
    return api_.get(path, use);
  }
  std::uint64_t take() { return std::exchange(count_, 0); }

 private:
  CalcomReads& api_;
  std::uint64_t count_ = 0;
};

}  // namespace calsync
