// From options to exit code.
// Owner:    main().
// Runs on:  the main thread.
#pragma once
#include "daemon/app/options.hpp"
#include "daemon/app/wakeups.hpp"

namespace calsync {

// No core dumps, no ptrace by others, files for this user only (RELIABILITY §3.7); a heap that gives back (P24).
void harden_process();
int run_task(const DaemonOptions& options, Wakeups& wakeups);

}  // namespace calsync
