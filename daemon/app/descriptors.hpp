// How many files and sockets this process may have open, and what that leaves for connections: when there are none left
// the log cannot be written, so the intake must stop before that.
// Runs on:  the main thread, at start.
#pragma once
#include "state/base/error.hpp"

#include <cstddef>

namespace calsync {

inline constexpr std::size_t descriptors_least = 1'024;
// The log's tables (512 at most), Kafka's sockets, the admin listener and its clients.
inline constexpr std::size_t descriptors_reserved = 704;

void raise_descriptor_limit();  // the soft limit to the hard one, 65,536 at most
std::size_t descriptor_limit();

// Fails: rejected, where there are fewer than descriptors_least; with the cure.
Result<std::size_t> connections_within(std::size_t limit, std::size_t wanted);

}  // namespace calsync
