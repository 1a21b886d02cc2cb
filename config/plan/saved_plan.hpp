// A plan that `calsync plan -o` wrote, as far as applying it needs: it is made anew, and must be the same one. Pure.
#pragma once
#include "config/plan/plan.hpp"
#include "state/base/error.hpp"

namespace calsync {

struct SavedPlan {
  std::string commit, config_hash, live_hash;
};
// Fails: rejected, where the text is no plan of the form calsync.plan/1.
Result<SavedPlan> read_saved_plan(std::string_view text);

// Fails: rejected, saying what has moved since: commit, files or the live organisation.
Result<void> must_be_same(const SavedPlan& saved, const Plan& now);

}  // namespace calsync
