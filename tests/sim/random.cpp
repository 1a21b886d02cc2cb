#include "tests/sim/random.hpp"

#include <openssl/rand.h>

#include <stdexcept>

namespace calsync::sim {
namespace {

Random crypto_random{0};

int fill(unsigned char* out, int size) {
  for (int i = 0; i < size; ++i) out[i] = static_cast<unsigned char>(crypto_random.next());
  return 1;
}
int ready() {
  return 1;
}

}  // namespace

void seed_libcrypto(std::uint64_t seed) {
  crypto_random = Random(seed);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"  // its successor, a provider, takes 200 lines
  static const RAND_METHOD method{nullptr, fill, nullptr, nullptr, fill, ready};
  if (RAND_set_rand_method(&method) != 1)
    throw std::runtime_error("libcrypto takes no random numbers of ours");
#pragma GCC diagnostic pop
}

}  // namespace calsync::sim
