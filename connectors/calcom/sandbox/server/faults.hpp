// What goes wrong on purpose: `--fault drop=0.1,duplicate=0.1,reorder=0.1,late=30s:0.05,http5xx=0.05,timeout=0.02`.
// Owner:    the server (requests), the sender (deliveries).
// Runs on:  one thread at a time.
// Blocks:   never. Pure but for its place in the sequence.
// Promises: the same seed and the same order of questions give the same answers.
#pragma once
#include "state/base/time.hpp"

#include <random>
#include <string_view>

namespace calsync::sandbox {

struct FaultRates {
  double drop = 0, duplicate = 0, reorder = 0, late = 0;  // of deliveries
  std::chrono::milliseconds late_by{};
  double http5xx = 0, timeout = 0;  // of API requests
};
// Fails: rejected, naming the part that is wrong and what it should be.
Result<FaultRates> parse_faults(std::string_view text);

enum class DeliveryFault : std::uint8_t { none, drop, duplicate, reorder, late };
// `…_after`: the request was carried out, and only its answer is lost.
enum class RequestFault : std::uint8_t { none, failed, failed_after, silent, silent_after };

class Faults {
 public:
  Faults(FaultRates rates, std::uint64_t seed) : rates_(rates), draws_(seed) {}
  DeliveryFault next_delivery();
  RequestFault next_request();
  [[nodiscard]] const FaultRates& rates() const { return rates_; }

 private:
  double draw();  // 0 ≤ x < 1, the same on every machine
  FaultRates rates_;
  std::mt19937_64 draws_;
};

}  // namespace calsync::sandbox
