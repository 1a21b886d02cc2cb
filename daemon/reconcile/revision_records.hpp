// What the log is told of revisions and plans (state/views/reconcile_fold.hpp). Pure.
#pragma once
#include "config/plan/plan.hpp"

namespace calsync {

// `why`: empty where the revision is taken.
std::string revision_seen_record(const std::string& branch, const std::string& commit,
                                 const std::string& why);
std::string plan_made_record(const std::string& branch, const Plan& plan);
// Of what the plan would change and refuses: the same for the same plan, whenever it is made.
std::string plan_digest(const Plan& plan);

}  // namespace calsync
