// systemd's LoadCredential= (systemd.exec(5)): files in a directory that only this service sees.
#include "connectors/secrets/places.hpp"

#include <cstdlib>

namespace calsync::secret_places {

Result<Secret> read_credential(const SecretRef& ref) {
  const char* const directory = std::getenv("CREDENTIALS_DIRECTORY");  // NOLINT(concurrency-mt-unsafe)
  if (directory == nullptr)
    return Error{Errc::not_found,
                 ref.text() + ": no credentials were handed over; start under systemd with LoadCredential=" +
                     ref.name + ":PATH, or use file:PATH"};
  // parse_secret_ref() allows no slash; checked again, since this is where a way out of the directory would
  // be opened.
  if (ref.name.empty() || ref.name.find('/') != std::string::npos || ref.name == "." || ref.name == "..")
    return Error{Errc::rejected, "credential: the name must be a plain file name"};
  return read_file(std::string(directory) + "/" + ref.name, ref.text());
}

}  // namespace calsync::secret_places
