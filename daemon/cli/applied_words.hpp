// What became of a plan, for people and scripts.
#pragma once
#include "daemon/cli/context.hpp"
#include "daemon/reconcile/apply.hpp"

namespace calsync::cli {

// Exit code: done, partly, or failed.
Exit show_applied(Context& context, const ApplyResult& result);

}  // namespace calsync::cli
