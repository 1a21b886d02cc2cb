// What one step of retention trims: the next records beyond the cut, as far as they may go. They are read once
// more, on the views as of the cut, by the version that read them: that gives the snapshot of the new cut, and
// every event has to come out as it was published, or nothing is trimmed.
// Runs on:  the caller's thread.
// Blocks:   on the disk.
#pragma once
#include "daemon/project/rules.hpp"
#include "state/store/event_log.hpp"

namespace calsync {

struct RetentionLimits {
  Instant received_before;  // younger ones stay, and with them all behind
  EventSequence published;
  std::size_t records = 256;
};

// nullopt: nothing may go now. Fails: conflict, where an event does not come out as it is in the log.
Result<std::optional<Trim>> next_trim(const EventLog& log, const RetentionLimits& limits, Instant now,
                                      RulesByVersion known = all_rules());

}  // namespace calsync
