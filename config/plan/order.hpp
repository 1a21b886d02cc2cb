#pragma once
#include "config/plan/plan.hpp"

namespace calsync {

// Creations and updates by kind (what others need first), then removals the other way round; within that by address. Fills
// Change::needs with the changes of this plan that must have been made before.
void put_in_order(Plan& plan, const Desired& desired, const Resources& live);

}  // namespace calsync
