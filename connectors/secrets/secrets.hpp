// Secret references → secrets. One file per place. Blocks: reads files; call it at start and on SIGHUP, not on a request.
#pragma once
#include "config/settings/secret_ref.hpp"
#include "state/base/secret.hpp"

namespace calsync {

// Fails: not_found (no such variable, file, credential), rejected (empty value), io. The error names the reference only.
// A file loses one trailing newline (DESIGN §12.1). Every secret read is handed to log::hide().
Result<Secret> read_secret(const SecretRef& ref);

}  // namespace calsync
