// What the log knows of the organisation from our side, in one look: what is ours, and what is left alone.
// Runs on: any thread. Blocks: on the disk. Fails: as reading the log does.
#pragma once
#include "daemon/reconcile/read_register.hpp"
#include "daemon/reconcile/suspensions.hpp"

namespace calsync {

struct OwnState {
  Register owned;
  Suspensions suspended;
};

Result<OwnState> read_own_state(const EventLog& log);

}  // namespace calsync
