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
// `found`: what a look at all that was applied came upon; empty: nothing differs.
std::string looked_record(std::span<const Change> found);

}  // namespace calsync
