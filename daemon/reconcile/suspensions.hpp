// Addresses that the reconciler leaves alone until somebody says otherwise (`calsync suspend`): patterns, by whom and why. Kept in
// the log, so that a restart changes nothing.
// Runs on:  any thread; the records are pure.
// Blocks:   as the views do.
// Fails:    as the views: ViewError.
#pragma once
#include "state/views/view_table.hpp"

#include <map>
#include <string>
#include <vector>

namespace calsync {

struct Suspension {
  std::string reason;
  std::string since;  // as events write instants
};
using Suspensions = std::map<std::string, Suspension, std::less<>>;  // by pattern; "*": all

Suspensions suspensions_in(ViewSource& views);
// The patterns but "*": that one stops the reconciler, not a person's plan.
std::vector<std::string> suspended_patterns(const Suspensions& all);

std::string suspended_record(const std::string& pattern, const std::string& reason);
std::string resumed_record(const std::string& pattern, const std::string& reason);

}  // namespace calsync
