// What the machine can do at most: a Beast server that does nothing but HTTP, the signature and, where asked, one synced
// write of RocksDB for all that waits.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

namespace calsync::bench {

// Serves until SIGTERM; prints "port N" first. `log`: a directory for the synced writes; none: no write.
int run_bare(const std::string& secret, const std::optional<std::string>& log);

}  // namespace calsync::bench
