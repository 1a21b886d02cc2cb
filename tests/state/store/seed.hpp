// Random tests that can be had again: the seed is printed, and taken from the environment where it is set.
#pragma once
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>

namespace calsync {

inline std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text != nullptr ? std::stoull(text) : otherwise;
}

// How many cases: under a sanitizer, which makes each five to ten times as long, a tenth, where nobody says otherwise.
inline std::uint64_t cases_from(const char* variable, std::uint64_t otherwise) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  otherwise /= 10;
#endif
  return number_from(variable, otherwise);
}

inline std::uint64_t seed_from(const char* variable) {
  const std::uint64_t seed = number_from(variable, std::random_device{}());
  std::cout << "seed " << seed << " (again: " << variable << "=" << seed << ")" << std::endl;
  return seed;
}

inline std::uint64_t below(std::mt19937_64& random, std::uint64_t limit) {
  return std::uniform_int_distribution<std::uint64_t>(0, limit - 1)(random);
}

}  // namespace calsync
