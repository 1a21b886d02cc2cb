// One reader per place. Each gives the bare bytes; read_secret() refuses empty ones and hides the rest from
// the log.
#pragma once
#include "config/settings/secret_ref.hpp"
#include "state/base/secret.hpp"

#include <string>

namespace calsync::secret_places {

Result<Secret> read_env(const SecretRef& ref);
Result<Secret> read_dotenv(const SecretRef& ref);
Result<Secret> read_file(const std::string& path, const std::string& named);  // without one trailing newline
Result<Secret> read_credential(const SecretRef& ref);

// The bytes of a file of at most 64 KiB, in memory that is wiped. `named` is what an error calls it. A file
// that others may read is a warning in the log, as sshd does it: refusing would stop a service that runs.
Result<Secret> read_small_file(const std::string& path, const std::string& named);

// The value of `name` in the text of a .env file.  Fails: not_found, rejected (its quotes do not close).
// Pure.
Result<Secret> find_in_dotenv(std::string_view text, std::string_view name);

}  // namespace calsync::secret_places
