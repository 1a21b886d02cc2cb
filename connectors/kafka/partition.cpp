#include "connectors/kafka/partition.hpp"

namespace calsync {
namespace {
constexpr std::uint32_t byte_at(std::string_view key, std::size_t at) {
  return static_cast<std::uint8_t>(key[at]);
}
}  // namespace

// org.apache.kafka.common.utils.Utils.murmur2
std::uint32_t murmur2(std::string_view key) {
  constexpr std::uint32_t seed = 0x9747b28c, m = 0x5bd1e995;
  constexpr int r = 24;
  std::uint32_t h = seed ^ static_cast<std::uint32_t>(key.size());
  const std::size_t whole = key.size() & ~std::size_t{3};
  for (std::size_t i = 0; i < whole; i += 4) {
    std::uint32_t k =
        byte_at(key, i) | byte_at(key, i + 1) << 8U | byte_at(key, i + 2) << 16U | byte_at(key, i + 3) << 24U;
    k *= m;
    k ^= k >> r;
    k *= m;
    h = (h * m) ^ k;
  }
  const std::size_t rest = key.size() - whole;
  if (rest == 3) h ^= byte_at(key, whole + 2) << 16U;
  if (rest >= 2) h ^= byte_at(key, whole + 1) << 8U;
  if (rest >= 1) h = (h ^ byte_at(key, whole)) * m;
  h = (h ^ (h >> 13U)) * m;
  return h ^ (h >> 15U);
}

std::int32_t partition_of(std::string_view key, int partitions) {
  return static_cast<std::int32_t>((murmur2(key) & 0x7fffffffU) % static_cast<std::uint32_t>(partitions));
}

}  // namespace calsync
