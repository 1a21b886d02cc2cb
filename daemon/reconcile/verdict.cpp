#include "daemon/reconcile/verdict.hpp"

#include "state/views/reconcile_fold.hpp"

#include <algorithm>

namespace calsync {
namespace {

struct Verdict {
  std::string reason, message;  // reason "": all is as it should be
  bool needs_a_person = false;  // does not pass by itself
};

Verdict verdict(const ReconcileStatus& status, const ReconcileProblems& problems) {
  if (!problems.revision.empty()) return {"BadRevision", problems.revision, true};
  if (!problems.fetch.empty()) return {"FetchFailed", problems.fetch};
  if (status.suspended.contains(suspended_whole))
    return {"Suspended", "suspended: `calsync resume` goes on", true};
  if (!problems.run.empty()) {
    const bool applies = status.mode == ReconcileMode::apply;
    return {applies ? "ApplyFailed" : "LookFailed", problems.run, applies};
  }
  if (!problems.refused.empty())
    return {"Refused",
            problems.refused +
                "; the daemon never passes this limit: see `calsync plan`, and let a person apply it",
            true};
  if (!status.last_look || status.in_force.empty()) return {"Starting", "nothing was looked at yet"};
  if (status.mode == ReconcileMode::plan && status.changes > 0)
    return {"Planned", counted(status.changes, "change waits", "changes wait") + " for `calsync apply`"};
  return {};
}

}  // namespace

std::string counted(std::size_t count, const char* one, const char* more) {
  return std::to_string(count) + " " + (count == 1 ? one : more);
}

void judge(ReconcileStatus& status, const ReconcileProblems& problems, Instant now) {
  const Verdict found = verdict(status, problems);
  const bool ready = found.reason.empty();
  status.set("Ready", ready, ready ? "UpToDate" : found.reason, found.message, now);
  status.set("Stalled", found.needs_a_person, found.needs_a_person ? found.reason : "",
             found.needs_a_person ? found.message : "", now);
  const bool drifted = status.drifted > 0;
  status.set("Drifted", drifted, drifted ? "ChangedAtCalcom" : "",
             drifted ? counted(status.drifted, "address is", "addresses are") +
                           " not as last applied: see `calsync drift`"
                     : "",
             now);
}

}  // namespace calsync
