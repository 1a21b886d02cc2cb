#include "daemon/audit/join_states.hpp"

namespace calsync::audit {

void StateJoin::logged(const EventRecord& event) {
  if (event.erased) logged_.erase(event.subject);  // what it told is gone on request
  for (const StateValue& state : event.states)
    logged_[state.uid.value()] = {event.sequence, digest_of(state.json)};
}

void StateJoin::told(const std::string& uid, EventSequence sequence,
                     const std::optional<std::string>& value) {
  told_[uid] = {sequence, digest_of(value.value_or(""))};
}

std::vector<Finding> StateJoin::findings(EventSequence last, EventSequence due) const {
  std::vector<Finding> findings;
  for (const auto& [uid, logged] : logged_) {
    const auto found = told_.find(uid);
    if (found != told_.end() && found->second.sequence > last) continue;  // told anew since the log was read
    // A tombstone: compaction takes it away in the end, and that is as good.
    if (found == told_.end() && logged.digest == digest_of("")) continue;
    std::string what;
    const bool missing = found == told_.end() || found->second.sequence < logged.sequence;
    if (missing && logged.sequence <= due)
      what = "booking-state does not have its newest state";
    else if (!missing && found->second.digest != logged.digest)
      what = "booking-state has another state of it than the log";
    if (what.empty()) continue;
    findings.push_back({Weight::now, "differs", uid, std::move(what), {}, logged.sequence});
  }
  return findings;
}

}  // namespace calsync::audit
