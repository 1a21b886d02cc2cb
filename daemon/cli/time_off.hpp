// Time off as a table or JSON: [{"uuid","id","user","start","end","reason","notes","standIn"}…], by person and start.
#pragma once
#include "connectors/calcom/resources/live_state.hpp"
#include "daemon/cli/context.hpp"

namespace calsync::cli {

void show_time_off(Context& context, const Resources& found, const LiveState& live);

}  // namespace calsync::cli
