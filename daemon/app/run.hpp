// From options to exit code.
// Owner:    main().
// Runs on:  the main thread.
#pragma once
#include "daemon/app/options.hpp"
#include "daemon/app/wakeups.hpp"

namespace calsync {

void harden_process();  // no core dumps, no ptrace by others, files for this user only (RELIABILITY §3.7), a small heap (P24)
int run_task(const DaemonOptions& options, Wakeups& wakeups);

}  // namespace calsync
