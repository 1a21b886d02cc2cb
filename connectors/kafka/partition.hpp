// Which partition a key goes to: what Kafka's own Java client does (murmur2), so any client agrees. Pure.
// We name the partition ourselves: a client would move keys as soon as somebody adds partitions, and break
// their order.
#pragma once
#include <cstdint>
#include <string_view>

namespace calsync {

std::uint32_t murmur2(std::string_view key);
std::int32_t partition_of(std::string_view key, int partitions);

}  // namespace calsync
