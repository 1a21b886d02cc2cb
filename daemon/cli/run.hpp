// The command line as a function: words in, exit code out.
#pragma once
#include <cstdio>

namespace calsync::cli {

// Installs nothing process-wide but SIGPIPE and the handling of SIGINT and SIGTERM.
int run(int argc, const char* const* argv);

}  // namespace calsync::cli
