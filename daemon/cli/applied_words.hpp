// What became of a plan, for people and scripts.
#pragma once
#include "daemon/cli/context.hpp"
#include "daemon/reconcile/apply.hpp"

#include <boost/json/object.hpp>

namespace calsync::cli {

// Exit code: done, partly, or failed. `also`: further members of the JSON.
Exit show_applied(Context& context, const ApplyResult& result, const boost::json::object& also = {});

}  // namespace calsync::cli
