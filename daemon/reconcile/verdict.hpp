// What it comes to that something is wrong, as the conditions say it. Pure.
#pragma once
#include "daemon/reconcile/reconcile_status.hpp"

namespace calsync {

// Each empty where all is well.
struct ReconcileProblems {
  std::string revision;  // of the branch's newest commit, which is not taken
  std::string fetch;     // of the repository
  std::string run;       // of the last look, or apply
  std::string refused;   // by the guard, as a whole
};

// "1 change", "2 changes".
std::string counted(std::size_t count, const char* one, const char* more);

// Ready, Stalled and Drifted of `status`.
void judge(ReconcileStatus& status, const ReconcileProblems& problems, Instant now);

}  // namespace calsync
