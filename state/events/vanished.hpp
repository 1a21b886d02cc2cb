// The identity of the occurrence "vanished": of it a booking has one at a time.
#pragma once
#include <string_view>

namespace calsync {

inline constexpr std::string_view vanished_identity = "vanished";

}  // namespace calsync
