// What the log knows of the organisation from our side, in one look: what is ours, and what is left alone.
// Runs on: any thread. Blocks: on the disk. Fails: as reading the log does.
#pragma once
#include "daemon/reconcile/read_register.hpp"
#include "daemon/reconcile/suspensions.hpp"

#include <set>

namespace calsync {

struct OwnState {
  Register owned;
  Suspensions suspended;
  std::set<std::string, std::less<>> held;  // e-mails of people under a hold (DESIGN §12.10)
};

std::string held_record(const std::string& email, const std::string& reason);
std::string released_record(const std::string& email, const std::string& reason);

Result<OwnState> read_own_state(const EventLog& log);

}  // namespace calsync
