#include "daemon/app/descriptors.hpp"

#include <sys/resource.h>

#include <algorithm>

namespace calsync {

void raise_descriptor_limit() {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = std::min<rlim_t>(files.rlim_max, 65'536);
  ::setrlimit(RLIMIT_NOFILE, &files);
}

std::size_t descriptor_limit() {
  rlimit files{};
  return ::getrlimit(RLIMIT_NOFILE, &files) == 0 ? static_cast<std::size_t>(files.rlim_cur)
                                                 : descriptors_least;
}

Result<std::size_t> connections_within(std::size_t limit, std::size_t wanted) {
  if (limit < descriptors_least)
    return Error{Errc::rejected, "this process may open " + std::to_string(limit) +
                                     " files and sockets: it needs " + std::to_string(descriptors_least) +
                                     " at least; raise the limit (LimitNOFILE= in the unit, or `ulimit -n`)"};
  return std::min(wanted, limit - descriptors_reserved);
}

}  // namespace calsync
