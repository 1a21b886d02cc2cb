// What the reconciler and people say of the configuration as a whole: records of source `apply` as events of the topic `config`
// (DESIGN §8). Pure.
// Bodies, JSON:
//   {"record":"revision.seen","branch":TEXT,"commit":TEXT,"good":BOOL,"why":TEXT|null}   why: of one that is not taken
//   {"record":"plan.made","branch":TEXT,"commit":TEXT,"plan":TEXT,"changes":[{"address":TEXT,"action":TEXT}…],
//             "refused":[{"address":TEXT,"what":TEXT}…]}                                  plan: a digest, new where the plan is
//   {"record":"reconcile.suspended"|"reconcile.resumed","address":PATTERN,"reason":TEXT}  "*": all of it
//   {"record":"person.held"|"person.released","email":TEXT,"reason":TEXT}   off-boarding (DESIGN §12.10)
//   {"record":"offboard.step","email":TEXT,"step":TEXT, …}   daemon/people/saga.hpp; makes no event
// Rows: `revision` the last one seen; `revision-good` the commit of the last good one, `revision-good-at` when it
// was seen; `planned` the digest of the last plan;
// `suspended/PATTERN` and `held/EMAIL` {"reason":TEXT,"since":TIME}; `offboarding/EMAIL/NUMBER` a step of the hold of now or of the last
// one, with "at":TIME.
#pragma once
#include "state/views/folding.hpp"

#include <boost/json/object.hpp>

#include <string>
#include <string_view>

namespace calsync {

inline constexpr std::string_view revision_row = "revision", good_revision_row = "revision-good",
                                  good_revision_at_row = "revision-good-at", planned_row = "planned",
                                  suspended_prefix = "suspended/", held_prefix = "held/",
                                  offboarding_prefix = "offboarding/", suspended_whole = "*";

std::string offboarding_rows(std::string_view email);  // what the keys of its steps begin with

bool is_reconcile_record(const boost::json::object& said);

// Nothing, where it is none of these, or lacks a member.
void fold_reconcile(Folding& folding, const boost::json::object& said);

}  // namespace calsync
