#pragma once
#include "config/plan/plan.hpp"

namespace calsync {

// What would be unsafe goes to Plan::refused with what would allow it (RELIABILITY P13, P18).
void guard(Plan& plan, const Desired& desired, const Resources& live, const PlanOptions& options);

}  // namespace calsync
