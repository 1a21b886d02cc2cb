// Where a rotation may write a secret (DESIGN §12.12): a file of ours, or a field in Vault.
// Blocks: on the disk or the network. Fails: as secret_file.hpp and servers.hpp; the content never shows.
#pragma once
#include "config/settings/secret_ref.hpp"
#include "state/base/secret.hpp"

namespace calsync::cli {

bool is_writable(const SecretRef& place);
// A trial, before anything is given up that only the new secret could replace.
Result<void> try_place(const SecretRef& place);
Result<void> write_place(const SecretRef& place, const Secret& secret);

}  // namespace calsync::cli
