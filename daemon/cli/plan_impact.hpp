// Whom a command's plan touches: from the log where a daemon keeps it up, else from Cal.com. Bookings are read once, and only
// where some change may touch any.
// Owner:    a command.
// Blocks:   on the first change of that sort.
// Fails:    never: where bookings cannot be read the plan says that its impact is not known, and standard error why.
#pragma once
#include "daemon/cli/organisation.hpp"

namespace calsync::cli {

// For plan_options().impact. `access`, `live` and `context` outlive it.
std::function<std::optional<Impact>(const Change&, const Resource*)> impact_from(Context& context,
                                                                                 const Settings& settings,
                                                                                 const CalcomAccess& access,
                                                                                 const LiveState& live);

}  // namespace calsync::cli
