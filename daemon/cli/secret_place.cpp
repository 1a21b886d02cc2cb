#include "daemon/cli/secret_place.hpp"

#include "connectors/secrets/servers.hpp"
#include "daemon/cli/secret_file.hpp"

namespace calsync::cli {

bool is_writable(const SecretRef& place) {
  return place.place == SecretRef::Place::file || place.place == SecretRef::Place::vault;
}

Result<void> try_place(const SecretRef& place) {
  return place.place == SecretRef::Place::file ? try_secret_file(place.name)
                                               : write_to_server(place, nullptr);
}

Result<void> write_place(const SecretRef& place, const Secret& secret) {
  return place.place == SecretRef::Place::file ? replace_secret(place.name, secret)
                                               : write_to_server(place, &secret);
}

}  // namespace calsync::cli
