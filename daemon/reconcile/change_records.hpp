// What the log is told of each change: before it is made, and what became of it (config_fold.hpp, register.hpp). Pure.
#pragma once
#include "config/plan/plan.hpp"

namespace calsync {

std::string started_record(const Change& change, const std::string& commit);
std::string failed_record(const Change& change, const std::string& commit, const std::string& why);
// `owned`: what of it is ours now; not used of a removal.
std::string done_record(const Change& change, const Owned& owned);
// Of what is not ours by the register: the intake's own subscription.
std::string done_record(const Change& change);
// `drift`: the plan from what is live to all that was applied. What Cal.com's API cannot write (a price) drifts, too.
std::string looked_record(const Plan& drift);

}  // namespace calsync
