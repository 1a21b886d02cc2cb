// A plan that `calsync plan -o` wrote, as far as applying it needs: it is made anew, and must be the same one. Pure.
#pragma once
#include "config/plan/plan.hpp"
#include "state/base/error.hpp"

namespace calsync {

struct SavedPlan {
  std::string commit, config_hash, live_hash;
  std::string only_kind, only_address;  // --kind and --only that it was made with
  std::string changes;                  // JSON, without whom they touch: bookings come and go
};
// Fails: rejected, where the text is no plan of the form calsync.plan/1.
Result<SavedPlan> read_saved_plan(std::string_view text);

// Fails: rejected, saying what has moved since: commit, files or the live organisation; or that the file was changed by hand.
Result<void> must_be_same(const SavedPlan& saved, const Plan& now);

}  // namespace calsync
