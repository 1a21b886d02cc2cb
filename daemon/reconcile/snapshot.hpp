// A recorded live organisation, to plan against without a key (DESIGN §3.3 N6):
//   {"format":"calsync.snapshot/1","organization":n,"keyOwner":TEXT,"ambiguous":[ADDRESS…],
//    "resources":[{"kind","address","id","fields","beyondApi"?}…]}
// Secrets are not in it. Pure.
#pragma once
#include "connectors/calcom/resources/live_state.hpp"

namespace calsync {

std::string snapshot_text(const LiveState& live, std::int64_t organization);
// Fails: rejected, with what is wrong.
Result<LiveState> read_snapshot(std::string_view text);

}  // namespace calsync
