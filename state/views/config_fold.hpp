// What was done to the organisation, and where it differs from what was applied: records of source `apply` as events of the topic
// `config` (DESIGN §8), and the bracket of time in which each difference appeared (N5). Pure.
// Bodies, JSON (a change is {"pointer":TEXT,"from":JSON,"to":JSON}):
//   {"record":"change.started","address":TEXT,"kind":TEXT,"action":TEXT,"changes":[CHANGE…],"commit":TEXT|null}
//   {"record":"change.failed",  the same, and "why":TEXT}
//   {"record":"change.done",    as change.started: of the intake's own subscription, which no file declares
//   {"record":"resource.applied"|"resource.removed", see register.hpp, with "kind", "action" and "changes": the change is done}
//   those of reconcile_fold.hpp and erasure_fold.hpp
//   {"record":"drift.looked","found":[{"address":TEXT,"kind":TEXT,"changes":[CHANGE…]}…],
//    "passedOver":[ADDRESS…]}   of what was applied, what was not compared: held, suspended, or there twice
// Rows: the register's (register.hpp); `own-at/<address>` when it was last applied; `drift-looked` when somebody last looked; `applied-commit/<commit>` when a change was last made of it; `drift/<address>` what differs:
//   {"lastClean":TIME|null,"firstDirty":TIME,"changes":[CHANGE with its own "lastClean" and "firstDirty"…]}
// `drift-unseen/<address>` of what was passed over: when it was last seen clean, or nothing
#pragma once
#include "state/views/normalise.hpp"

#include <string_view>

namespace calsync {

inline constexpr std::string_view drift_prefix = "drift/", drift_looked_row = "drift-looked",
                                  drift_unseen_prefix = "drift-unseen/",
                                  applied_commit_prefix = "applied-commit/", applied_at_prefix = "own-at/";

// Is it one of these?
bool is_config_record(std::string_view body);

// `record` has its body. A body that is none of these, or not as above, makes no event.
Normalised fold_config(const RawRecord& record, ViewTable& views, EventSequence first_event);

}  // namespace calsync
