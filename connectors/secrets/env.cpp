#include "connectors/secrets/places.hpp"

#include <cstdlib>

namespace calsync::secret_places {

Result<Secret> read_env(const SecretRef& ref) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing of ours calls setenv.
  const char* const value = std::getenv(ref.name.c_str());
  if (value == nullptr) return Error{Errc::not_found, ref.text() + ": no such environment variable"};
  return Secret(std::string(value));
}

}  // namespace calsync::secret_places
