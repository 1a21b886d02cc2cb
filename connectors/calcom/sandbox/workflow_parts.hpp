// What a workflow stores of what it was given: steps, activation, trigger.
#pragma once
#include "connectors/calcom/sandbox/resource.hpp"

namespace calsync::sandbox {

std::optional<Answer> set_parts(Write& write);
std::optional<Answer> leave_husk(Write& write);

}  // namespace calsync::sandbox
