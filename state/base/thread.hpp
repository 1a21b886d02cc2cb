// How a thread appears to the system. Each call is about the thread that makes it.
// Blocks:   never.
// Fails:    never: where the system does not allow it, nothing changes.
#pragma once

namespace calsync {

void name_thread(const char* name);  // for ps, gdb and perf; at most 15 characters

// Behind the threads that senders wait for: where the processor is short, the log takes in first and the rest catches up.
// Threads made from here on by this one (librdkafka's) are behind them, too.
void step_back();

}  // namespace calsync
