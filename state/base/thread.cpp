#include "state/base/thread.hpp"

#include <sys/resource.h>

#include <pthread.h>
#include <unistd.h>

namespace calsync {

void name_thread(const char* name) {
  ::pthread_setname_np(::pthread_self(), name);
}

void step_back() {
  // A tenth of the processor's time beside one thread that does not: less, and under a load that never ends a
  // transaction could wait longer than the broker lets it.
  static constexpr int steps = 10;
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), steps);
}

}  // namespace calsync
