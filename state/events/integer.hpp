// A whole number as JSON can carry it, -2^63 to 2^64-1, never through a double: ids above 2^53 stay exact.
#pragma once
#include <compare>
#include <cstdint>
#include <string>

namespace calsync {

struct Integer {
  bool negative = false;
  std::uint64_t magnitude = 0;

  constexpr Integer() = default;
  constexpr Integer(bool below_zero, std::uint64_t size)
      : negative(below_zero && size != 0), magnitude(size) {}
  static constexpr Integer of(std::int64_t value) {
    return value < 0 ? Integer{true, 0 - static_cast<std::uint64_t>(value)}
                     : Integer{false, static_cast<std::uint64_t>(value)};
  }
  static constexpr Integer of(std::uint64_t value) { return {false, value}; }
  friend constexpr bool operator==(const Integer&, const Integer&) = default;
};

inline std::string to_text(const Integer& n) {
  return (n.negative ? "-" : "") + std::to_string(n.magnitude);
}

}  // namespace calsync
