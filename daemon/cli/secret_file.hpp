// A secret in a file of ours, replaced: a reader sees the old one or the new one, and whoever may read the old may read the new.
// Blocks: on the disk. Fails: io, rejected (no regular file; not writable), with the file's name and never its content.
#pragma once
#include "state/base/secret.hpp"

#include <string>

namespace calsync::cli {

// Could replace_secret() do it? Writes beside the file and takes that away again.
Result<void> try_secret_file(const std::string& path);
// Mode 0600 and the owner of the one before; on the disk when it returns.
Result<void> replace_secret(const std::string& path, const Secret& secret);
// 32 random bytes as hex digits.
Secret random_secret();

}  // namespace calsync::cli
